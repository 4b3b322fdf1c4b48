// Loaded with `node --import` into a process under test. Replaces the machine's clock with the
// test's (clock.ts).
//
// When the process only waits, it tells the test what for: until which moment, on which sockets,
// for which children. Its time stops until the test moves it, so a slow machine can't make it miss
// a deadline, and no test has to sit through a pause.
//
// Not covered: timers inside Node (sockets' own timeouts, AbortSignal.timeout), zlib and crypto in
// the thread pool, TLS record counts.
import { ChildProcess } from 'node:child_process';
import { subscribe } from 'node:diagnostics_channel';
import { connect, Server, Socket } from 'node:net';

const POLL_MS = 1;
const real = { setTimeout, setImmediate };

const control = connect(/** @type {string} */ (process.env['VIRTUAL_TIME']));
// If the test is gone, there is no time source, and nobody waits for this process.
control.on('error', () => process.exit(99)).on('close', () => process.exit(99));
control.write(`${JSON.stringify({ hello: process.pid })}\n`);

let nowMs = 0;
let sequence = 0;
/** @type {Set<VirtualTimeout>} */
const timers = new Set();
/** Sockets that this process opened, until they are closed. @type {Set<Socket>} */
const clients = new Set();
/**
 * Sockets of its own servers. The process doesn't report these, because the clients report what
 * they wait for. @type {WeakSet<Socket>}
 */
const accepted = new WeakSet();
/** Children that were sent a signal that can't be handled. @type {WeakSet<ChildProcess>} */
const dying = new WeakSet();
let isFiring = false;
let signalsSeen = 0;
let lastSent = '';

class VirtualTimeout {
  /**
   * @param {(...values: unknown[]) => void} callback
   * @param {number} delayMs
   * @param {unknown[]} values
   * @param {boolean} repeats
   */
  constructor(callback, delayMs, values, repeats) {
    this.callback = callback;
    this.delayMs = Number.isFinite(delayMs) && delayMs >= 1 ? Math.floor(delayMs) : 1;
    this.values = values;
    this.repeats = repeats;
    this.isRef = true;
    this.dueMs = 0;
    this.order = 0;
    this.refresh();
  }

  refresh() {
    this.dueMs = nowMs + this.delayMs;
    this.order = ++sequence;
    timers.add(this);
    keepAlive();
    return this;
  }

  ref() {
    this.isRef = true;
    keepAlive();
    return this;
  }

  unref() {
    this.isRef = false;
    keepAlive();
    return this;
  }

  hasRef() {
    return this.isRef;
  }

  close() {
    timers.delete(this);
    keepAlive();
    return this;
  }

  [Symbol.toPrimitive]() {
    return this.order;
  }

  [Symbol.dispose]() {
    this.close();
  }

  fire() {
    if (this.repeats) this.refresh();
    else this.close();
    this.callback(...this.values);
  }
}

/** Keeps the process alive while a ref'd timer exists, as Node's own timers would. */
function keepAlive() {
  if ([...timers].some(({ isRef }) => isRef)) control.ref();
  else control.unref();
}

/** @param {boolean} repeats */
const setting =
  (repeats) =>
  /**
   * @param {(...values: unknown[]) => void} callback
   * @param {number} [delayMs]
   * @param {unknown[]} values
   */
  (callback, delayMs = 1, ...values) =>
    new VirtualTimeout(callback, delayMs, values, repeats);

/** @param {(timer: any) => void} clear */
const clearing =
  (clear) =>
  /** @param {unknown} timer */
  (timer) => {
    if (timer instanceof VirtualTimeout) timer.close();
    else clear(timer);
  };

function fireDue() {
  isFiring = true;
  const [first] = [...timers]
    .filter(({ dueMs }) => dueMs <= nowMs)
    .sort((a, b) => a.dueMs - b.dueMs || a.order - b.order);
  if (first === undefined) {
    isFiring = false;
    return;
  }
  // Promises settle between two timers, as with Node's own.
  real.setImmediate(fireDue);
  first.fire();
}

/** What this process waits for. undefined = it is busy or about to end. */
function whatItWaitsFor() {
  const resources = process.getActiveResourcesInfo();
  if (isFiring || resources.includes('Immediate') || resources.includes('Timeout'))
    return undefined;
  const requests = requestsUnderWay();
  const connects = requests.filter(isConnect);
  const outputs = requests.filter(isOutput);
  if (requests.length > connects.length + outputs.length) return undefined;
  const others = handles().filter(
    (handle) =>
      handle !== control &&
      !(handle instanceof Server) &&
      !clients.has(handle) &&
      !accepted.has(handle),
  );
  const children = others.flatMap((handle) =>
    handle.constructor.name === 'ChildProcess' ? [handle.pid] : [],
  );
  if (others.some((handle) => dying.has(handle))) return undefined;
  const rest = others.filter(
    (handle) => handle.constructor.name !== 'ChildProcess' && handle.fd !== 1 && handle.fd !== 2,
  );
  const sockets = [
    ...clients,
    ...rest.filter((handle) => handle instanceof Socket && handle.localPort !== undefined),
  ];
  // The child reports on its own pipes. Any other handle may mean that this process is busy.
  if (rest.some((handle) => !sockets.includes(handle) && !(children.length > 0 && isPipe(handle))))
    return undefined;
  const untilMs = Math.min(...[...timers].map(({ dueMs }) => dueMs));
  // Nothing keeps the process alive, so it is about to end.
  if (handles().every(({ fd }) => fd === 1 || fd === 2)) return undefined;
  return {
    untilMs: untilMs === Number.POSITIVE_INFINITY ? null : untilMs,
    isReaderSlow: outputs.length > 0,
    connectsTo: connects.map(({ port }) => port),
    sockets: sockets
      .filter((socket) => !socket.connecting)
      .map((socket) => ({
        port: socket.localPort,
        serverPort: socket.remotePort,
        bytesRead: socket.bytesRead,
        bytesWritten: socket.bytesWritten,
        isRef: refOf(socket),
        isTls: socket.encrypted === true,
      })),
    children,
    signalsSeen,
  };
}

/** @returns {any[]} */
const handles = () => /** @type {any} */ (process)._getActiveHandles();
/** @returns {any[]} */
const requestsUnderWay = () => /** @type {any} */ (process)._getActiveRequests();
/** @param {any} request */
const isConnect = (request) => request.constructor.name === 'TCPConnectWrap';
/** Output that its reader hasn't taken. @param {any} request */
const isOutput = (request) =>
  request.constructor.name === 'WriteWrap' &&
  (request.handle?.fd === 1 || request.handle?.fd === 2);
/** @param {any} socket */
const refOf = (socket) => socket._handle?.hasRef?.() === true;
/** @param {any} handle */
const isPipe = (handle) => handle instanceof Socket && handle.localPort === undefined;

function poll() {
  const waits = whatItWaitsFor();
  const text = waits === undefined ? '' : JSON.stringify({ waits });
  if (text !== '' && text !== lastSent) control.write(`${text}\n`);
  lastSent = text;
  real.setTimeout(poll, POLL_MS).unref();
}

/** @param {{ nowMs?: number, run?: true }} message */
function obey(message) {
  if (message.nowMs !== undefined) {
    nowMs = message.nowMs;
    control.write(`${JSON.stringify({ ack: nowMs })}\n`);
  }
  if (message.run === true) {
    // The last report no longer holds.
    lastSent = '';
    if (!isFiring) fireDue();
  }
}

await new Promise((resolve) => {
  let rest = '';
  control.setEncoding('utf8').on('data', (text) => {
    const lines = `${rest}${text}`.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) obey(JSON.parse(line));
    resolve(undefined);
  });
});
const startMs = nowMs;

// With its own handler, the program outlives the signal, so the test must know when it has arrived.
const SIGNALS = new Set(['SIGINT', 'SIGTERM', 'SIGHUP']);
const onSignal = () => {
  signalsSeen += 1;
  lastSent = '';
};
process.on('newListener', (name, listener) => {
  if (SIGNALS.has(name) && listener !== onSignal && !process.listeners(name).includes(onSignal))
    process.on(name, onSignal);
});
process.on('removeListener', (name) => {
  if (SIGNALS.has(name) && process.listenerCount(name) === 1) process.off(name, onSignal);
});

// Once a child is killed, its end takes real time, whatever it was waiting for.
const killChild = ChildProcess.prototype.kill;
ChildProcess.prototype.kill = function kill(signal) {
  if (signal === 'SIGKILL' || signal === 9) dying.add(this);
  return killChild.call(this, signal);
};
const killProcess = process.kill.bind(process);
process.kill = (pid, signal) => {
  const isEnd = signal === 'SIGKILL' || signal === 9;
  for (const handle of handles())
    if (isEnd && handle instanceof ChildProcess && handle.pid === Math.abs(pid)) dying.add(handle);
  return killProcess(pid, signal);
};

subscribe('net.server.socket', (message) =>
  accepted.add(/** @type {{ socket: Socket }} */ (message).socket),
);
subscribe('net.client.socket', (message) => {
  const { socket } = /** @type {{ socket: Socket }} */ (message);
  clients.add(socket);
  socket.once('close', () => clients.delete(socket));
});

const { clearTimeout: clearRealTimeout, clearInterval: clearRealInterval } = globalThis;
Object.assign(globalThis, {
  setTimeout: setting(false),
  setInterval: setting(true),
  clearTimeout: clearing(clearRealTimeout),
  clearInterval: clearing(clearRealInterval),
});
Date.now = () => nowMs;
performance.now = () => nowMs - startMs;
keepAlive();
real.setTimeout(poll, POLL_MS).unref();
