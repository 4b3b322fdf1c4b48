import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { expect, test } from '@jest/globals';
import { answered } from '../support/virtual-time/connections.ts';
import { onSite } from './launch.ts';
import { startRelay, type Whole } from './relay.ts';
import { quick } from './row.ts';

// F15 and F61: the bytes of an answer, and the ways in which HTTP marks where it ends.

type HandOn = (whole: Whole, socket: Socket, response: ServerResponse, path: string) => void;

/** Changes the body of reads of the service itself. */
function withBody(change: (body: Buffer) => Buffer, type = 'application/json'): HandOn {
  return ({ status, body }, _, response, path) => {
    response.writeHead(status, { 'content-type': type });
    response.end(path === '/acme/service/web' ? change(body) : body);
  };
}

const inUtf16: HandOn = withBody(
  (body) => Buffer.from(`\ufeff${body}`, 'utf16le'),
  'application/json; charset=utf-16',
);
/** A single byte of a multi-byte character, in a text that no code depends on. */
const badUtf8: HandOn = withBody((body) =>
  Buffer.from(body.toString('latin1').replace('us-east-1', 'us-\xe9ast-1'), 'latin1'),
);
const badStatus: HandOn = withBody((body) =>
  Buffer.from(
    body.toString('latin1').replace('"status":"running"', '"status":"running\xff"'),
    'latin1',
  ),
);

const trailers: HandOn = ({ status, body }, _, response) => {
  response.writeHead(status, { 'content-type': 'application/json', trailer: 'x-checksum' });
  for (const byte of body) response.write(Buffer.from([byte]));
  response.addTrailers({ 'x-checksum': '0' });
  response.end();
};
const oldHttp: HandOn = ({ status, body }, socket, response) => {
  socket.end(
    Buffer.concat([
      Buffer.from(`HTTP/1.0 ${status} OK\r\ncontent-type: application/json\r\n\r\n`),
      body,
    ]),
  );
  answered(response);
};
const oddCase: HandOn = ({ status, body }, socket, response) => {
  socket.write(
    `HTTP/1.1 ${status} \r\nCONTENT-TYPE:application/json\r\ncontent-LENGTH:   ${body.length}\r\nX-A:\r\nx-a: 2\r\n\r\n`,
  );
  socket.write(body);
  answered(response);
};

test.concurrent.each<{ id: string; what: string; handOn: HandOn; exit: number; says?: RegExp }>([
  { id: 'F15', what: 'a broken character next to the needed fields', handOn: badUtf8, exit: 0 },
  {
    id: 'F15',
    what: 'a broken character in the status makes it an unknown status',
    handOn: badStatus,
    exit: 6,
    says: /not documented; still waiting/,
  },
  {
    id: 'F15',
    what: 'UTF-16',
    handOn: inUtf16,
    exit: 4,
    says: /GET \/acme\/service\/web: 200 with another body/,
  },
  { id: 'F61', what: 'chunks of one byte, and trailers', handOn: trailers, exit: 0 },
  { id: 'F61', what: 'HTTP/1.0, ended by closing the connection', handOn: oldHttp, exit: 0 },
  { id: 'F61', what: 'headers written oddly', handOn: oddCase, exit: 0 },
])('$id $what', async ({ handOn, exit, says }) => {
  await onSite(quick, async ({ emulator, launch }) => {
    const relay = await startRelay(emulator.origin, handOn);
    const inputs = { origin: `http://127.0.0.1:${relay.port}`, timeout: '60s' };
    for (const host of ['github', 'shell'] as const) {
      const { exitStatus, seen } = await launch({ host, inputs }).ended;
      expect(exitStatus).toBe(exit);
      if (says !== undefined) expect(seen).toMatch(says);
    }
    expect(emulator.world.service('acme', 'web').deploysAccepted).toBe(exit === 4 ? 0 : 2);
    await relay.close();
  });
});
