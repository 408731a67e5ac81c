import { callOperation } from '@castellan/sdk';
import { type Simulation, simulate, testConnector } from '@castellan/sdk/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { smtp } from './smtp.connector.js';
import { smtpSimulator } from './smtp.simulator.js';

testConnector(smtp, smtpSimulator, new URL('./fixtures/exchanges.json', import.meta.url));

const mail = { to: ['marco.reyes@example.com'], subject: 'Überfällig', text: 'Grüße' };

describe('SMTP', () => {
  let server: Simulation;
  beforeAll(async () => {
    server = await simulate(smtp, smtpSimulator);
  });
  beforeEach(() => server.reset());
  afterAll(() => server.close());

  const send = (input: object, idempotencyKey?: string) =>
    callOperation(smtp, 'sendMail', { ...mail, ...input }, server.host({ idempotencyKey }));
  const sentContent = async () => {
    const sent = (await server.requests()).findLast(({ operation }) => operation === 'send');
    return Buffer.from((sent!.body as { content: string }).content, 'base64').toString('utf8');
  };

  it('hands over everybody who gets it, and writes down who gets it in secret nowhere', async () => {
    await send({ cc: ['ada.okafor@example.com'], bcc: ['sam.whitaker@example.com', 'ada.okafor@example.com'] });
    const [{ body }] = (await server.requests()) as unknown as [{ body: { recipients: string[] } }];
    expect(body.recipients).toEqual(['marco.reyes@example.com', 'ada.okafor@example.com', 'sam.whitaker@example.com']);
    const content = await sentContent();
    expect(content).toContain('Cc: ada.okafor@example.com');
    expect(content).not.toContain('sam.whitaker');
  });

  it('sends as the connection says, or as the step does, with a name', async () => {
    await send({});
    expect(await sentContent()).toMatch(/^From: it@example\.com\r$/m);
    await send({ from: 'security@example.com', fromName: 'Security "Desk"\r\nBcc: thief@example.com' });
    const content = await sentContent();
    expect(content.replace(/\r\n[ ]/g, ' ')).toMatch(/^From: .*Security.*Desk.* <security@example\.com>\r$/m);
    expect(content).not.toMatch(/^Bcc:/m);
  });

  it('has one Message-ID for one effect, by which receivers can tell a second copy', async () => {
    const first = (await send({}, 'ab'.repeat(32))) as { messageId: string };
    expect(await send({}, 'ab'.repeat(32))).toMatchObject({ messageId: first.messageId });
    expect(await sentContent()).toContain(`Message-ID: ${first.messageId}`);
    expect(await send({}, 'cd'.repeat(32))).not.toMatchObject({ messageId: first.messageId });
  });

  it('names the recipients that were refused, and fails where all were', async () => {
    const both = await send({ cc: ['nobody@example.com'] });
    expect(both).toMatchObject({
      accepted: ['marco.reyes@example.com'],
      refused: [{ email: 'nobody@example.com', said: expect.stringContaining('no such mailbox') }],
    });
    await expect(send({ to: ['nobody@example.com'] })).rejects.toMatchObject({ name: 'FatalError' });
  });

  it('signs in only where a password is given', () => {
    const place = { host: 'smtp.example.com', port: 25, security: 'none', from: 'it@example.com' };
    expect(smtp.mailServer!(place)).not.toHaveProperty('login');
    expect(smtp.mailServer!({ ...place, username: 'it', password: 'x' })).toMatchObject({
      login: { user: 'it', password: 'x' },
    });
  });

  it.each(['', 'smtp.example.com:25', 'smtp.example.com/x', 'a b', '-x.example', 'user@smtp.example.com'])(
    'does not take “%s” for the name of a server',
    (host) => {
      const fields = { ...smtp.sampleConnection.fields, host };
      expect(smtp.auth[0]!.fields.safeParse(fields).success).toBe(false);
    },
  );
});
