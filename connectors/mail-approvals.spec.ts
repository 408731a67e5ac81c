import type { ApprovalQuestion, Connector, JsonObject } from '@castellan/sdk';
import { type Simulation, simulate } from '@castellan/sdk/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { gmail } from './gmail/gmail.connector.js';
import { gmailSimulator } from './gmail/gmail.simulator.js';
import { smtp } from './smtp/smtp.connector.js';
import { smtpSimulator } from './smtp/smtp.simulator.js';

const question: ApprovalQuestion = {
  id: '019a0000-0000-7000-8000-000000000001',
  hash: 'ab'.repeat(32),
  title: 'Suspend\r\nBcc: thief@example.com Jane?',
  flow: 'Lockdown',
  subject: 'jane.doe@example.com',
  for: null,
  show: { reason: 'Two countries', changes: [{ action: 'revoke', object: 'Payroll' }], score: 97, empty: null },
  url: 'https://castellan.example/approval-link?link=signed',
  needed: 2,
  commentOn: 'reject',
  status: 'open',
  decisions: [],
  expiresAt: '2026-05-05T09:00:00Z',
};
const to = { email: 'marco.reyes@example.com' };

interface Mail {
  recipients: string[];
  subject: string;
  body: string;
}

describe('An approval asked for by e-mail', () => {
  let server: Simulation;
  beforeAll(async () => {
    server = await simulate(smtp, smtpSimulator);
  });
  beforeEach(() => server.reset());
  afterAll(() => server.close());

  const chat = smtp.approvals!;
  const mails = async () => ((await server.state()) as unknown as { mails: Mail[] }).mails;
  const textOf = ({ body }: Mail) =>
    Buffer.from(
      body
        .replace(/=\r\n/g, '')
        .replace(/=([0-9A-F]{2})/g, (_, hex: string) => `%${hex}`)
        .replace(/%(?![0-9A-F]{2})/g, '%25'),
    )
      .toString()
      .replace(/(%[0-9A-F]{2})+/g, decodeURIComponent);

  it('says what is asked, of whom and until when, shows what is to be judged, and carries the link', async () => {
    await chat.post(question, to, server.host());
    const [mail] = await mails();
    expect(mail).toMatchObject({ recipients: [to.email] });
    const text = textOf(mail!);
    for (const words of [
      'Asked by the flow Lockdown.',
      'It is about jane.doe@example.com.',
      '2 people have to approve.',
      'Open until 2026-05-05 09:00 UTC.',
      'Reason: Two countries',
      'Changes:',
      '  - revoke, Payroll',
      'Score: 97',
      question.url,
      'opening the link decides nothing',
    ])
      expect(text).toContain(words);
    expect(text).not.toContain('Empty');
    expect(text).not.toContain('as their deputy');
  });

  it('has a title in one line, so that it names no other recipient', async () => {
    await chat.post(question, to, server.host());
    const [mail] = await mails();
    expect(mail?.subject).toBe('To decide: Suspend Bcc: thief@example.com Jane?');
    expect(mail?.recipients).toEqual([to.email]);
  });

  it('tells a deputy for whom they are asked', async () => {
    await chat.post({ ...question, for: 'ben@example.com' }, to, server.host());
    expect(textOf((await mails())[0]!)).toContain('You are asked for ben@example.com, as their deputy.');
  });

  it('is sent again as a reminder, and stays as it is when it is decided', async () => {
    const place = await chat.post(question, to, server.host());
    await chat.update({ ...question, status: 'approved' }, place, server.host());
    expect(await mails()).toHaveLength(1);
    await chat.remind(question, to, server.host());
    expect((await mails())[0]?.subject).toMatch(/^Reminder: Suspend/);
  });
});

it('is found again in Gmail where its answer was lost', async () => {
  const server = await simulate(gmail as Connector, gmailSimulator);
  const host = server.host();
  expect(await gmail.approvals!.find(to, host)).toBeNull();
  const place: JsonObject = await gmail.approvals!.post(question, to, host);
  expect(await gmail.approvals!.find(to, host)).toMatchObject({ id: place.id });
  await server.close();
});
