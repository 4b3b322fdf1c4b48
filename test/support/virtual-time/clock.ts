import type { ServerResponse } from 'node:http';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type ClientSocket,
  hold,
  isQuiet,
  nameOf,
  openRequests,
  watchConnections,
} from './connections.ts';

/** What a process waits for, as it reports it (preload.mjs). */
interface Waits {
  readonly untilMs: number | null;
  /** Its reader hasn't taken the output yet. */
  readonly isReaderSlow: boolean;
  /** Ports that it is connecting to. */
  readonly connectsTo: readonly number[];
  readonly sockets: readonly ClientSocket[];
  /** Process ids. */
  readonly children: readonly number[];
  readonly signalsSeen: number;
}

interface Follower {
  readonly pid: number;
  readonly socket: Socket;
  /** undefined = it is busy, as far as we know. */
  waits: Waits | undefined;
  signalsSeen: number;
  /** A signal was sent to it that it hasn't seen yet. */
  signalsDue: number;
}

interface Timer {
  atMs: number;
  readonly everyMs: number | undefined;
  readonly run: () => void;
}

interface Wait {
  readonly isSo: () => boolean;
  readonly what: string;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

const PRELOAD = new URL('./preload.mjs', import.meta.url).href;
/** If nothing happens for this long, something hangs, however busy the machine is. Real time. */
const HANG_MS = Number(process.env['HANG_MS'] ?? 300_000);
/** A program that still runs after this long, in its own time, never ends. */
const LONGEST_MS = 48 * 3_600_000;
/**
 * Data that arrives at another process raises no event here, so the clock checks again after this
 * long. Real time.
 */
const LOOK_AGAIN_MS = 3;

let clocks = 0;

/**
 * The time of a test and the processes that it starts. It stops while any of them is busy. When all
 * of them wait, it jumps to the earliest moment that one of them waits for. So no deadline passes
 * because a machine is slow, and no pause takes real time.
 *
 * Node processes follow it with `nodeOptions` or `nodeEnv`. Servers in the test's own process (such
 * as an emulator) take their time from `nowMs` and `every`, and call `hold` for an answer that they
 * delay on purpose. A request that is open and not held stops the clock.
 */
export class VirtualClock {
  readonly #startMs: number;
  readonly #path: string;
  readonly #server: Server;
  readonly #followers = new Set<Follower>();
  readonly #timers = new Set<Timer>();
  readonly #waits = new Set<Wait>();
  readonly #held = new Set<ServerResponse | Socket>();
  readonly #deafPorts = new Set<number>();
  readonly #unread = new Set<number>();
  readonly #stopWatching: () => void;
  readonly #watchdog: NodeJS.Timeout;
  readonly #onFailure = new Set<(error: Error) => void>();
  #nowMs: number;
  #expected = 0;
  #isBusy = false;
  #isPlanned = false;
  #looksAgain = false;
  #lastEventMs = performance.now();
  #failure: Error | undefined;

  private constructor(startMs: number, path: string) {
    this.#startMs = startMs;
    this.#nowMs = startMs;
    this.#path = path;
    this.#server = createServer((socket) => this.#greet(socket));
    this.#stopWatching = watchConnections(() => this.#noteEvent());
    this.#watchdog = setInterval(() => this.#lookForHang(), 1_000).unref();
  }

  /** @param startMs milliseconds since 1970. */
  static async start(startMs: number = Date.now()): Promise<VirtualClock> {
    clocks += 1;
    const name = `outpost-clock-${process.pid}-${clocks}-${Math.random().toString(36).slice(2, 8)}`;
    const clock = new VirtualClock(
      startMs,
      process.platform === 'win32' ? `\\\\.\\pipe\\${name}` : join(tmpdir(), `${name}.sock`),
    );
    await new Promise<void>((resolve) => clock.#server.listen(clock.#path, resolve));
    return clock;
  }

  readonly nowMs = (): number => this.#nowMs;

  /** Arguments that, together with `env`, make a Node process follow this clock. */
  readonly nodeOptions = ['--import', PRELOAD] as const;

  get env(): Readonly<Record<string, string>> {
    return { VIRTUAL_TIME: this.#path };
  }

  /** The environment that makes every Node process below a process follow this clock. */
  get nodeEnv(): Readonly<Record<string, string>> {
    return { ...this.env, NODE_OPTIONS: `--import=${PRELOAD}` };
  }

  /**
   * Stops time until a process that is being started has connected. If the process ends first, call
   * the returned function.
   */
  expectProcess(): () => void {
    this.#expected += 1;
    let isOver = false;
    const end = (): void => {
      if (isOver) return;
      isOver = true;
      this.#arrivals.delete(end);
      this.#expected -= 1;
      this.#plan();
    };
    this.#arrivals.add(end);
    return end;
  }

  readonly #arrivals = new Set<() => void>();

  /** Declares that an answer is delayed, or a connection silent, on purpose. */
  readonly hold = (kept: ServerResponse | Socket): void => {
    this.#held.add(kept);
    kept.once('close', () => this.#held.delete(kept));
    hold(kept);
  };

  /** Declares that nobody reads what this process writes. */
  unread(pid: number): void {
    this.#unread.add(pid);
  }

  /** Declares that nobody ever accepts a connection on this port. */
  deaf(port: number): void {
    this.#deafPorts.add(port);
  }

  /** Runs something repeatedly until you call the returned function. */
  readonly every = (ms: number, run: () => void): (() => void) => {
    const timer = { atMs: this.#nowMs + ms, everyMs: ms, run };
    this.#timers.add(timer);
    this.#plan();
    return () => this.#timers.delete(timer);
  };

  /**
   * Resolves when this much time has passed. What the test does until its next `await` happens at
   * that moment.
   */
  readonly after = (ms: number): Promise<void> => {
    const atMs = this.#nowMs + ms;
    const stop = this.every(ms, () => undefined);
    return this.until(() => this.#nowMs >= atMs, `${ms} ms have passed`).finally(stop);
  };

  /**
   * Resolves when every process waits and the condition holds. What the test does until its next
   * `await` happens at that moment.
   */
  readonly until = (isSo: () => boolean, what: string): Promise<void> =>
    new Promise((resolve, reject) => {
      if (this.#failure !== undefined) return reject(this.#failure);
      this.#waits.add({ isSo, what, resolve, reject });
      this.#plan();
    });

  /**
   * Resolves while time isn't moving. What the test does until its next `await` happens at a single
   * moment.
   */
  readonly still = async (): Promise<void> => {
    while (this.#isBusy) await new Promise((resolve) => setImmediate(resolve));
  };

  /** Call it right after sending a signal. Time stops until the processes have seen it. */
  signalled(): void {
    for (const follower of this.#followers) follower.signalsDue = follower.signalsSeen + 1;
  }

  /** Calls back when a hang is noticed, with an error that describes it. */
  onFailure(call: (error: Error) => void): void {
    if (this.#failure !== undefined) call(this.#failure);
    else this.#onFailure.add(call);
  }

  async close(): Promise<void> {
    clearInterval(this.#watchdog);
    this.#stopWatching();
    for (const { socket } of this.#followers) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #greet(socket: Socket): void {
    let rest = '';
    let follower: Follower | undefined;
    socket.on('error', () => undefined);
    socket.setEncoding('utf8').on('data', (text: string) => {
      this.#lastEventMs = performance.now();
      const lines = `${rest}${text}`.split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        const message = JSON.parse(line) as {
          readonly hello?: number;
          readonly ack?: number;
          readonly waits?: Waits;
        };
        if (message.hello !== undefined) {
          follower = {
            pid: message.hello,
            socket,
            waits: undefined,
            signalsSeen: 0,
            signalsDue: 0,
          };
          this.#followers.add(follower);
          tell(follower, { nowMs: this.#nowMs });
          const [arrival] = this.#arrivals;
          arrival?.();
        }
        if (message.ack !== undefined && follower !== undefined) this.#acknowledge(follower);
        if (message.waits !== undefined && follower !== undefined) {
          follower.waits = message.waits;
          follower.signalsSeen = message.waits.signalsSeen;
        }
      }
      this.#plan();
    });
    socket.once('close', () => {
      if (follower !== undefined) {
        this.#followers.delete(follower);
        this.#acknowledge(follower);
      }
      this.#noteEvent();
    });
  }

  #noteEvent(): void {
    this.#lastEventMs = performance.now();
    this.#plan();
  }

  #plan(): void {
    if (this.#isPlanned) return;
    this.#isPlanned = true;
    setImmediate(() => {
      this.#isPlanned = false;
      this.#step();
    });
  }

  /** If every process waits: resumes the test if its condition holds, or else moves time. */
  #step(): void {
    if (this.#isBusy || this.#expected > 0 || this.#failure !== undefined) return;
    const waits = [...this.#followers].map((follower) =>
      follower.signalsSeen < follower.signalsDue ? undefined : follower.waits,
    );
    if (waits.includes(undefined)) return;
    if (![...this.#followers].every((follower) => this.#isIdle(follower))) {
      this.#lookAgain();
      return;
    }
    for (const wait of this.#waits) {
      if (!wait.isSo()) continue;
      this.#waits.delete(wait);
      this.#isBusy = true;
      wait.resolve();
      setImmediate(() => {
        this.#isBusy = false;
        this.#plan();
      });
      return;
    }
    if (this.#followers.size === 0) return;
    const moments = [...this.#followers].map(
      ({ waits: one }) => one?.untilMs ?? Number.POSITIVE_INFINITY,
    );
    const atMs = Math.min(...moments, ...[...this.#timers].map((timer) => timer.atMs));
    if (atMs === Number.POSITIVE_INFINITY) return;
    if (atMs - this.#startMs > LONGEST_MS)
      this.#fail(`it goes on after ${LONGEST_MS / 3_600_000} hours of its own time`);
    else void this.#moveTo(Math.max(atMs, this.#nowMs));
  }

  #lookAgain(): void {
    if (this.#looksAgain) return;
    this.#looksAgain = true;
    setTimeout(() => {
      this.#looksAgain = false;
      this.#plan();
    }, LOOK_AGAIN_MS);
  }

  #isIdle({ pid, waits }: Follower): boolean {
    if (waits === undefined) return false;
    // If nobody reads its output, the process may not read answers either, and then a server can't
    // send them.
    if (waits.isReaderSlow) return this.#unread.has(pid);
    const followed = new Set([...this.#followers].map(({ pid }) => pid));
    if (!waits.connectsTo.every((port) => this.#deafPorts.has(port))) return false;
    return (
      waits.sockets.every(isQuiet) &&
      waits.children.every((pid) => followed.has(pid) || this.#holdsStranger())
    );
  }

  /**
   * Whether an answer to a program that can't follow the clock (git) is held. If so, that program
   * waits.
   */
  #holdsStranger(): boolean {
    const sockets = [...this.#followers].flatMap(({ waits }) => waits?.sockets ?? []);
    const names = new Set(sockets.map(({ port, serverPort }) => nameOf(port, serverPort)));
    return [...this.#held].some((kept) => {
      const socket = 'remotePort' in kept ? kept : kept.socket;
      // A killed program no longer waits for anything, even if its connection isn't closed at this
      // end yet.
      if (socket === null || socket.readableEnded || socket.destroyed) return false;
      return (
        socket.remotePort !== undefined && !names.has(nameOf(socket.remotePort, socket.localPort))
      );
    });
  }

  #acknowledge: (follower: Follower) => void = () => undefined;

  async #moveTo(atMs: number): Promise<void> {
    this.#isBusy = true;
    // All processes get the new time before any of them acts on it.
    const asked = new Set(this.#followers);
    await new Promise<void>((resolve) => {
      this.#acknowledge = (follower) => {
        asked.delete(follower);
        if (asked.size === 0) resolve();
      };
      for (const follower of asked) tell(follower, { nowMs: atMs });
    });
    this.#acknowledge = () => undefined;
    this.#nowMs = atMs;
    this.#lastEventMs = performance.now();
    for (const timer of [...this.#timers].filter((one) => one.atMs <= atMs)) {
      if (timer.everyMs === undefined) this.#timers.delete(timer);
      else timer.atMs += timer.everyMs;
      timer.run();
    }
    for (const follower of this.#followers) {
      if ((follower.waits?.untilMs ?? Number.POSITIVE_INFINITY) > atMs) continue;
      follower.waits = undefined;
      tell(follower, { run: true });
    }
    this.#isBusy = false;
    this.#plan();
  }

  #lookForHang(): void {
    if (this.#followers.size + this.#waits.size + this.#expected === 0) return;
    if (performance.now() - this.#lastEventMs > HANG_MS)
      this.#fail(`nothing has happened for ${HANG_MS / 1_000} s`);
  }

  #fail(why: string): void {
    const followers = [...this.#followers].map(({ pid, waits, signalsDue, signalsSeen }) =>
      JSON.stringify({
        pid,
        waits: waits ?? 'it does something',
        signalIsOnItsWay: signalsDue > signalsSeen,
      }),
    );
    const lines = [
      `Hangs: ${why}.`,
      `Virtual time since the start: ${this.#nowMs - this.#startMs} ms. Processes that are being started: ${this.#expected}.`,
      ...followers.map((text) => `Process: ${text}`),
      ...openRequests().map((text) => `Open request: ${text}`),
      ...[...this.#waits].map(({ what }) => `The test waits until ${what}.`),
    ];
    this.#failure = new Error(lines.join('\n'));
    for (const call of this.#onFailure) call(this.#failure);
    for (const wait of this.#waits) wait.reject(this.#failure);
  }
}

function tell(
  { socket }: Follower,
  message: { readonly nowMs?: number; readonly run?: true },
): void {
  if (!socket.destroyed) socket.write(`${JSON.stringify(message)}\n`);
}
