import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { customAuth } from '../auth.js';
import { type Connector, defineConnector, type MailServer } from '../define.js';
import type { ConnectorError } from '../errors.js';
import { secret } from '../fields.js';
import { createHttpCore, type HttpCore } from '../http/core.js';
import { HostBreaker } from '../http/host-breaker.js';
import type { OutgoingMail } from '../types.js';

/** A pair for localhost alone, good for nothing but these tests. */
const cert = readFileSync(new URL('fixtures/localhost.cert.pem', import.meta.url), 'utf8');
const key = readFileSync(new URL('fixtures/localhost.key.pem', import.meta.url), 'utf8');

const password = 'correct-horse-battery';

/** A connector of one mail server, with a password or without. */
const mailer = (server: Partial<MailServer> & { port: number }): Connector =>
  defineConnector({
    id: 'mailer',
    title: 'The mail server',
    docs: 'https://vendor.example/docs',
    judgedBy: 'docs',
    auth: [
      customAuth({
        kind: 'password',
        title: '',
        fields: { username: z.string().optional(), password: secret('Password').optional() },
        credentials: () => ({}),
      }),
    ],
    sampleConnection: { kind: 'password', fields: {} },
    mailServer: ({ username, password: word }) => ({
      ...{ host: 'localhost', security: 'none', sender: 'it@example.com' },
      ...(word ? { login: { user: String(username), password: String(word) } } : {}),
      ...server,
    }),
    operations: {},
  });

const mail: OutgoingMail = {
  from: 'it@example.com',
  recipients: ['marco.reyes@example.com'],
  content: Buffer.from('Subject: Hello\r\n\r\nA line\r\n.\r\n.. and the end\r\n').toString('base64'),
};

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** A real SMTP server that keeps what it was sent. */
async function startServer(options: SMTPServerOptions = {}) {
  const got: { envelope: object; text: string; secure: boolean; user: unknown }[] = [];
  const server = new SMTPServer({
    ...{ authOptional: true, disabledCommands: ['STARTTLS'], disableReverseLookup: true, key, cert },
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope;
        const envelope = { from: mailFrom ? mailFrom.address : null, to: rcptTo.map(({ address }) => address) };
        got.push({ envelope, text: Buffer.concat(chunks).toString(), secure: session.secure, user: session.user });
        done(null);
      });
    },
    onAuth: ({ username, password: given }, _, done) =>
      given === password ? done(null, { user: username }) : done(new Error(`No ${given} here`)),
    ...options,
  });
  server.on('error', () => undefined);
  const listening = await new Promise<Server>((ready) => {
    const started: Server = server.listen(0, '127.0.0.1', () => ready(started));
  });
  closing.push(() => server.close());
  return { got, port: (listening.address() as AddressInfo).port };
}

/** A server that says what the test says to each line, and then whatever comes. */
async function startScript(answer: (line: string, socket: Socket) => void) {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.write('220 script\r\n');
    socket.on('data', (bytes) => {
      for (const line of bytes.toString().split('\r\n').slice(0, -1)) answer(line, socket);
    });
    closing.push(() => socket.destroy());
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  closing.push(() => server.close());
  return { port: (server.address() as AddressInfo).port };
}

/** Takes everything up to the content, and then does what the test says at its end. */
const upToContent = (atEnd: (socket: Socket) => void) => {
  let inContent = false;
  return (line: string, socket: Socket) => {
    if (inContent) return line === '.' ? atEnd(socket) : undefined;
    inContent = line === 'DATA';
    socket.write(inContent ? '354 go on\r\n' : '250 OK\r\n');
  };
};

function coreFor(port: number): HttpCore {
  const core = createHttpCore({
    ...{ allow: [`localhost:${port}`], ca: [cert], resolve: async () => ['127.0.0.1'] },
  });
  closing.push(() => void core.close());
  return core;
}

const clientOf = (
  server: Partial<MailServer> & { port: number },
  fields: Record<string, unknown> = {},
  calls: Parameters<HttpCore['mail']>[2] = {},
) => coreFor(server.port).mail(mailer(server), { id: 'c', kind: 'password', fields }, calls)!;

const failureOf = (call: Promise<unknown>) =>
  call.then(
    () => null,
    (error: unknown) => error as ConnectorError,
  );

describe('A mail server', () => {
  it('is handed an e-mail whole, with the time at which it left', async () => {
    const { got, port } = await startServer();
    const sent = await clientOf({ port }).send(mail);
    expect(sent).toEqual({ refused: [], answer: expect.stringMatching(/^250 /) });
    expect(got).toHaveLength(1);
    expect(got[0]!.envelope).toEqual({ from: mail.from, to: mail.recipients });
    expect(got[0]!.text).toMatch(/^Date: \w{3}, \d\d \w{3} \d{4} [\d:]{8} \+0000\r\nSubject: Hello\r\n/);
    expect(got[0]!.text).toContain('\r\n\r\nA line\r\n.\r\n.. and the end\r\n');
  });

  it.each([
    ['starttls', { disabledCommands: [] as string[] }],
    ['tls', { secure: true }],
  ] as const)('is spoken to in secret by %s, and told who sends', async (security, options) => {
    const { got, port } = await startServer(options);
    await clientOf({ port, security }, { username: 'it', password }).send(mail);
    expect(got).toMatchObject([{ secure: true, user: 'it' }]);
  });

  it('gets no password where it offers no STARTTLS although that was asked for', async () => {
    const lines: string[] = [];
    const { port } = await startScript((line, socket) => {
      lines.push(line);
      socket.write(line === 'STARTTLS' ? '502 unknown\r\n' : '250 OK\r\n');
    });
    const client = clientOf({ port, security: 'starttls' }, { username: 'it', password });
    expect(await failureOf(client.check())).toMatchObject({ name: 'FatalError', status: 502 });
    expect(lines.filter((line) => line.startsWith('AUTH'))).toEqual([]);
  });

  it('must show a certificate that is trusted, and of its own name', async () => {
    const { got, port } = await startServer({ secure: true });
    const stranger = createHttpCore({ allow: [`localhost:${port}`], resolve: async () => ['127.0.0.1'] });
    const untrusted = stranger.mail(mailer({ port, security: 'tls' }), { id: 'c', kind: 'password', fields: {} })!;
    expect(await failureOf(untrusted.send(mail))).toMatchObject({
      ...{ name: 'FatalError', code: 'E_EGRESS' },
      message: expect.stringContaining('EGRESS_CA'),
    });
    await stranger.close();
    const other = createHttpCore({ allow: [`other.example:${port}`], ca: [cert], resolve: async () => ['127.0.0.1'] });
    const misnamed = other.mail(mailer({ port, host: 'other.example', security: 'tls' }), {
      ...{ id: 'c', kind: 'password', fields: {} },
    })!;
    expect(await failureOf(misnamed.send(mail))).toMatchObject({ name: 'FatalError', code: 'E_EGRESS' });
    await other.close();
    expect(got).toEqual([]);
  });

  it('at a private address is not spoken to unless the settings allow it', async () => {
    const { port } = await startServer();
    const core = createHttpCore({ resolve: async () => ['127.0.0.1'] });
    const client = core.mail(mailer({ port }), { id: 'c', kind: 'password', fields: {} })!;
    expect(await failureOf(client.check())).toMatchObject({
      ...{ name: 'FatalError', code: 'E_EGRESS' },
      message: expect.stringContaining(`EGRESS_ALLOW=localhost:${port}`),
    });
    await core.close();
  });

  it('that does not know the password is not asked again, and its words do not give it away', async () => {
    const { port } = await startServer({ disabledCommands: ['STARTTLS'], allowInsecureAuth: true });
    const wrong = 'wrong-horse-battery';
    const failure = await failureOf(clientOf({ port }, { username: 'it', password: wrong }).check());
    expect(failure).toMatchObject({ name: 'FatalError', code: 'E_AUTH', status: 535 });
    expect(JSON.stringify([failure!.message, failure!.vendorMessage])).not.toContain(wrong);
    await expect(clientOf({ port }, { username: 'it', password }).check()).resolves.toBeUndefined();
  });

  it.each([
    [451, 'RetryableError'],
    [550, 'FatalError'],
  ])('says by %i whether a recipient may be tried again', async (responseCode, name) => {
    const { port } = await startServer({
      onRcptTo: (_, __, done) => done(Object.assign(new Error('Not for him'), { responseCode })),
    });
    expect(await failureOf(clientOf({ port }).send(mail))).toMatchObject({
      ...{ name, status: responseCode },
      message: expect.stringContaining('Not for him'),
    });
  });

  it('names the recipients that it does not take, and the others have the e-mail', async () => {
    const { got, port } = await startServer({
      onRcptTo: ({ address }, _, done) =>
        address.startsWith('nobody') ? done(Object.assign(new Error('No such one'), { responseCode: 550 })) : done(),
    });
    const two = { ...mail, recipients: ['nobody@example.com', ...mail.recipients] };
    const { refused } = await clientOf({ port }).send(two);
    expect(refused).toEqual([{ email: 'nobody@example.com', said: expect.stringContaining('No such one') }]);
    expect(got).toMatchObject([{ envelope: { to: mail.recipients } }]);
  });

  it.each([
    [452, 'RetryableError'],
    [554, 'FatalError'],
  ])('that answers %i to the content has not taken the e-mail', async (code, name) => {
    const { port } = await startScript(upToContent((socket) => socket.write(`${code} no room\r\n`)));
    expect(await failureOf(clientOf({ port }).send(mail))).toMatchObject({ name, status: code });
  });

  it('that is not heard again after the content may have taken the e-mail', async () => {
    const lost = { name: 'UnknownOutcomeError', code: 'E_OUTCOME_UNKNOWN' };
    const breaks = await startScript(upToContent((socket) => socket.destroy()));
    expect(await failureOf(clientOf(breaks).send(mail))).toMatchObject(lost);
    const hangs = await startScript(upToContent(() => undefined));
    expect(await failureOf(clientOf(hangs, {}, { totalMs: 300 }).send(mail))).toMatchObject(lost);
    const cancel = new AbortController();
    const given = await startScript(upToContent(() => cancel.abort()));
    expect(await failureOf(clientOf(given, {}, { signal: cancel.signal }).send(mail))).toMatchObject(lost);
  });

  it('that is lost before the content has nothing, and may be tried again', async () => {
    const breaks = await startScript((line, socket) =>
      line === 'DATA' ? socket.destroy() : socket.write('250 OK\r\n'),
    );
    expect(await failureOf(clientOf(breaks).send(mail))).toMatchObject({ name: 'RetryableError' });
    const hangs = await startScript(() => undefined);
    const late = await failureOf(clientOf(hangs, {}, { totalMs: 200 }).send(mail));
    expect(late).toMatchObject({ name: 'RetryableError', code: 'E_TIMEOUT' });
    const cancel = new AbortController();
    const given = await startScript(() => cancel.abort());
    const cancelled = await failureOf(clientOf(given, {}, { signal: cancel.signal }).send(mail));
    expect(cancelled).toMatchObject({ name: 'FatalError', code: 'E_CANCELLED' });
  });

  it('is told how large the e-mail is, and one that it has no room for does not leave', async () => {
    const { got, port } = await startServer({ size: 1_000 });
    const large = { ...mail, content: Buffer.alloc(2_000, 'x').toString('base64') };
    expect(await failureOf(clientOf({ port }).send(large))).toMatchObject({ name: 'FatalError', code: 'E_INPUT' });
    expect(got).toEqual([]);
  });

  it('that cannot be reached is left alone after a while, one that refuses is not', async () => {
    const breaker = new HostBreaker();
    const refuses = await startScript((_, socket) => socket.write('421 too busy\r\n'));
    for (let call = 0; call < 12; call += 1) {
      const failure = await failureOf(clientOf(refuses, {}, { breaker }).send(mail));
      expect(failure).toMatchObject({ name: 'RetryableError', status: 421 });
    }
    const gone = await startScript((_, socket) => socket.destroy());
    for (let call = 0; call < 10; call += 1) await failureOf(clientOf(gone, {}, { breaker }).send(mail));
    expect(await failureOf(clientOf(gone, {}, { breaker }).send(mail))).toMatchObject({ name: 'HostFailing' });
  });
});
