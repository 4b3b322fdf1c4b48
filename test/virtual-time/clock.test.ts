import { createServer, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createRawServer } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { needsPosix } from '../support/posix.ts';
import { VirtualClock } from '../support/virtual-time/clock.ts';
import { endOf, spawnNode } from '../support/virtual-time/processes.ts';

const HOUR_MS = 3_600_000;
const START_MS = Date.UTC(2026, 0, 1);
const BLOCKS = new URL('./blocks.mjs', import.meta.url).href;

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

async function aClock(): Promise<VirtualClock> {
  const clock = await VirtualClock.start(START_MS);
  open.push(clock);
  return clock;
}

interface Ran {
  readonly exitStatus: number | null;
  readonly stdout: string;
}

/** Runs a short program on the clock. */
function run(
  clock: VirtualClock,
  program: string,
  onStart: (child: ReturnType<typeof spawnNode>) => void = () => undefined,
): Promise<Ran> {
  const args = ['--input-type=module', '--eval', program];
  const child = spawnNode({
    clock,
    args,
    env: { PATH: process.env['PATH'] },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let stdout = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  onStart(child);
  return endOf(child, clock).then((exitStatus) => ({ exitStatus, stdout }));
}

async function aServer(answer: (response: ServerResponse, path: string) => void): Promise<string> {
  const server = createServer((request, response) => answer(response, request.url ?? ''));
  return `http://127.0.0.1:${await listening(server)}`;
}

async function listening(server: Server | ReturnType<typeof createRawServer>): Promise<number> {
  open.push({
    close: () => {
      if ('closeAllConnections' in server) server.closeAllConnections();
      server.close();
    },
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

test('a ten-hour pause takes ten hours on every clock that the program can read', async () => {
  const clock = await aClock();
  const { stdout } = await run(
    clock,
    `const [wall, steady] = [Date.now(), performance.now()];
     await new Promise((resolve) => setTimeout(resolve, ${10 * HOUR_MS}));
     console.log(wall, Date.now() - wall, performance.now() - steady);`,
  );
  expect(stdout).toBe(`${START_MS} ${10 * HOUR_MS} ${10 * HOUR_MS}\n`);
  expect(clock.nowMs()).toBe(START_MS + 10 * HOUR_MS);
});

test('timers fire in order, and promises settle in between', async () => {
  const clock = await aClock();
  const { stdout } = await run(
    clock,
    `const say = (text) => () => { process.stdout.write(text); Promise.resolve().then(() => process.stdout.write('.')); };
     setTimeout(say('c'), 20); setTimeout(say('a'), 10); setTimeout(say('b'), 10);
     const never = setTimeout(say('x'), 5); clearTimeout(never);
     let count = 0;
     const every = setInterval(() => { process.stdout.write('i'); count += 1; if (count === 3) clearInterval(every); }, 15);
     setTimeout(say('u'), 1_000_000).unref();`,
  );
  expect(stdout).toBe('a.b.ic.ii');
});

test('time stops while a slow response or a slow process is pending', async () => {
  const clock = await aClock();
  let answers = 0;
  const origin = await aServer((response) => {
    answers += 1;
    // In real time. The process's deadline would pass meanwhile if its time moved.
    setTimeout(() => response.end(`${answers}`), 200);
  });
  const child = spawnNode({
    clock,
    preload: [BLOCKS],
    args: [
      '--input-type=module',
      '--eval',
      `let late = 0;
       for (let look = 0; look < 8; look += 1) {
         const deadline = setTimeout(() => { late += 1; }, 50);
         await (await fetch('${origin}')).text();
         clearTimeout(deadline);
         await new Promise((resolve) => setTimeout(resolve, 100));
       }
       console.log(late, performance.now());`,
    ],
    env: {},
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let stdout = '';
  child.stdout?.on('data', (data: Buffer) => {
    stdout += data.toString();
  });
  await endOf(child, clock);
  expect({ answers, stdout }).toEqual({ answers: 8, stdout: '0 800\n' });
});

test('time passes while a response is held, and the part that was sent has arrived', async () => {
  const clock = await aClock();
  const origin = await aServer((response) => {
    response.write('half');
    clock.hold(response);
  });
  const { stdout } = await run(
    clock,
    `const controller = new AbortController();
     setTimeout(() => controller.abort(), 15_000);
     let text = '';
     try {
       for await (const bytes of (await fetch('${origin}', { signal: controller.signal })).body) text += Buffer.from(bytes);
     } catch {}
     console.log(text, performance.now());
     process.exit();`,
  );
  expect(stdout).toBe('half 15000\n');
});

test('a response that drips on the clock is read byte by byte at the right times', async () => {
  const clock = await aClock();
  const origin = await aServer((response) => {
    let sent = 0;
    response.flushHeaders();
    const stop = clock.every(1_000, () => {
      sent += 1;
      response.write('x');
      if (sent === 3) response.end();
    });
    response.once('close', stop);
    clock.hold(response);
  });
  const { stdout } = await run(
    clock,
    `for await (const bytes of (await fetch('${origin}')).body) process.stdout.write(bytes.length + '@' + performance.now() + ' ');
     process.exit();`,
  );
  expect(stdout).toBe('1@1000 1@2000 1@3000 ');
});

test('two processes share the time, and neither is ever ahead of the other', async () => {
  const clock = await aClock();
  const atMs: number[] = [];
  const origin = await aServer((response) => {
    atMs.push(clock.nowMs() - START_MS);
    response.end(String(clock.nowMs()));
  });
  const look = (periodMs: number): string =>
    `for (let look = 0; look < 5; look += 1) {
       await new Promise((resolve) => setTimeout(resolve, ${periodMs}));
       const theirs = Number(await (await fetch('${origin}')).text());
       if (theirs !== Date.now()) console.log('apart');
     }
     process.exit();`;
  const all = await Promise.all([run(clock, look(1_000)), run(clock, look(700))]);
  expect(all.map(({ stdout }) => stdout)).toEqual(['', '']);
  expect(atMs).toEqual([700, 1_000, 1_400, 2_000, 2_100, 2_800, 3_000, 3_500, 4_000, 5_000]);
});

test('a child that follows the clock can wait while its parent waits for it', async () => {
  const clock = await aClock();
  const { exitStatus, stdout } = await run(
    clock,
    `import { spawn } from 'node:child_process';
     const child = spawn(process.execPath, ['--import', ${JSON.stringify(clock.nodeOptions[1])}, '--eval', 'setTimeout(() => undefined, 60_000)'], { stdio: 'inherit' });
     const deadline = setTimeout(() => child.kill('SIGKILL'), 90_000);
     child.on('exit', (status) => { clearTimeout(deadline); console.log(status, performance.now()); });`,
  );
  expect({ exitStatus, stdout }).toEqual({ exitStatus: 0, stdout: '0 60000\n' });
});

needsPosix()(
  'a child that cannot follow the clock stops time, so its parent misses no deadline',
  async () => {
    const clock = await aClock();
    const { exitStatus, stdout } = await run(
      clock,
      `import { spawn } from 'node:child_process';
     const child = spawn('sh', ['-c', 'sleep 0.3; echo done'], { stdio: ['ignore', 'pipe', 'inherit'] });
     const deadline = setTimeout(() => child.kill('SIGKILL'), 100);
     let text = '';
     child.stdout.on('data', (data) => { text += data; });
     child.on('close', () => { clearTimeout(deadline); console.log(text.trim(), performance.now()); });`,
    );
    expect({ exitStatus, stdout }).toEqual({ exitStatus: 0, stdout: 'done 0\n' });
  },
);

needsPosix()(
  'a child that was killed ends before time goes on, no matter what it was waiting for',
  async () => {
    const clock = await aClock();
    const origin = await aServer((response) => clock.hold(response));
    const { stdout } = await run(
      clock,
      `import { spawn } from 'node:child_process';
     const child = spawn(process.execPath, ['--eval', 'fetch("${origin}")'], { detached: true, stdio: 'ignore', env: {} });
     setTimeout(() => process.kill(-child.pid, 'SIGKILL'), 10_000);
     const late = setTimeout(() => console.log('too late'), 15_000);
     child.on('exit', () => { clearTimeout(late); console.log(performance.now()); });`,
    );
    expect(stdout).toBe('10000\n');
  },
);

needsPosix()('a signal arrives at the time at which it was sent', async () => {
  const clock = await aClock();
  let child: ReturnType<typeof spawnNode> | undefined;
  const ran = run(
    clock,
    `process.on('SIGTERM', () => { console.log(performance.now()); process.exit(3); });
     setInterval(() => undefined, 1_000);`,
    (started) => {
      child = started;
    },
  );
  await clock.after(5_500);
  child?.kill('SIGTERM');
  expect(await ran).toEqual({ exitStatus: 3, stdout: '5500\n' });
});

test('a program that never ends is detected by its own time and named', async () => {
  const clock = await aClock();
  await expect(run(clock, 'setInterval(() => undefined, 600_000);')).rejects.toThrow(
    /Hangs: it goes on after 48 hours of its own time/,
  );
});

test('a connection that is not marked as held stops the clock', async () => {
  const clock = await aClock();
  const port = await listening(createRawServer((socket) => socket.on('error', () => undefined)));
  let hasEnded = false;
  const ran = run(
    clock,
    `import { connect } from 'node:net';
     connect(${port}, '127.0.0.1').on('error', () => undefined);
     setTimeout(() => process.exit(), 1_000);`,
    (child) => {
      child.once('exit', () => {
        hasEnded = true;
      });
      // Ended by the test. On this clock the process would run forever.
      setTimeout(() => child.kill('SIGKILL'), 300);
    },
  );
  expect((await ran).exitStatus).toBe(null);
  expect(hasEnded).toBe(true);
  expect(clock.nowMs()).toBe(START_MS);
});
