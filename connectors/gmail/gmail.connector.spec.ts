import { callOperation, lookupEffect } from '@castellan/sdk';
import { type Simulation, simulate, testConnector, testDiscoveryExtract } from '@castellan/sdk/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { mimeOf } from '../mail-message.js';
import description from './fixtures/gmail.openapi.json' with { type: 'json' };
import { gmail } from './gmail.connector.js';
import { gmailSimulator } from './gmail.simulator.js';

testConnector(gmail, gmailSimulator, new URL('./fixtures/exchanges.json', import.meta.url));

const key = 'ab'.repeat(32);
const mail = { to: ['marco.reyes@example.com'], subject: 'Überfällig', text: 'Grüße' };
const written = async (input: object) => (await mimeOf({ ...mail, ...input }, key)).toString('utf8');

describe('An e-mail', () => {
  it('has its recipients, a subject in ASCII, text and HTML beside each other, and files', async () => {
    const text = await written({
      cc: ['ada.okafor@example.com'],
      bcc: ['sam.whitaker@example.com'],
      replyTo: 'it@example.com',
      html: '<p>Grüße</p>',
      attachments: [{ filename: 'reviews.csv', content: 'a,b\n', encoding: 'text', contentType: 'text/csv' }],
    });
    for (const line of [
      'To: marco.reyes@example.com',
      'Cc: ada.okafor@example.com',
      'Bcc: sam.whitaker@example.com',
      'Reply-To: it@example.com',
      'multipart/alternative',
      'filename=reviews.csv',
      Buffer.from('a,b\n').toString('base64'),
    ]) {
      expect(text).toContain(line);
    }
    expect(text).toMatch(/^Subject: =\?UTF-8\?/m);
  });

  it('has no header that a text brought with it', async () => {
    const text = await written({ subject: 'x\r\nBcc: thief@example.com\r\n\r\nbody' });
    expect(text).not.toMatch(/^Bcc:/m);
  });

  it('is the same bytes for the same effect', async () => {
    const input = { html: '<p>x</p>', attachments: [{ filename: 'a.txt', content: 'x', encoding: 'text' }] };
    expect(await written(input)).toBe(await written(input));
  });

  it('goes to addresses alone, each to one', async () => {
    for (const to of [
      ['a@example.com, b@example.com'],
      ['A <a@example.com>'],
      ['a@example.com\r\nBcc: b@example.com'],
    ]) {
      expect(gmail.operations.sendMessage!.input.safeParse({ ...mail, to }).success).toBe(false);
    }
  });
});

describe('Gmail', () => {
  let atWork: Simulation;
  beforeAll(async () => {
    atWork = await simulate(gmail, gmailSimulator);
  });
  beforeEach(() => atWork.reset());
  afterAll(() => atWork.close());

  it('wants a text or HTML', async () => {
    const { text: _, ...empty } = mail;
    const wrong = callOperation(gmail, 'sendMessage', empty, atWork.host());
    await expect(wrong).rejects.toMatchObject({ code: 'E_INPUT', details: { problems: [{ pointer: '/text' }] } });
  });

  it('finds an e-mail whose answer was lost, and takes no other for it', async () => {
    await atWork.faults([{ method: 'POST', path: '/gmail', reset: 'after' }]);
    const lost = callOperation(gmail, 'sendMessage', mail, atWork.host());
    await expect(lost).rejects.toMatchObject({ code: 'E_OUTCOME_UNKNOWN' });
    expect(await lookupEffect(gmail, 'sendMessage', mail, atWork.host())).toMatchObject({ id: expect.any(String) });
    const other = atWork.host({ idempotencyKey: 'cd'.repeat(32) });
    expect(await lookupEffect(gmail, 'sendMessage', mail, other)).toBeNull();
  });

  it('is told with Google’s own words when it refuses', async () => {
    const missing = callOperation(gmail, 'getMessage', { id: 'nothing' }, atWork.host());
    await expect(missing).rejects.toMatchObject({ status: 404, vendorMessage: 'Requested entity was not found.' });
  });
});

describe('A service account', () => {
  it('signs for the account that it acts for', async () => {
    const simulation = await simulate(
      { ...gmail, sampleConnection: { kind: 'serviceAccount', fields: serviceAccount } },
      gmailSimulator,
    );
    expect(await gmail.test!(simulation.host(), simulation.fields)).toEqual({ account: 'sam.whitaker@example.com' });
    await simulation.close();
  });
  const serviceAccount = {
    clientEmail: 'castellan@project.iam.gserviceaccount.com',
    subject: 'sam.whitaker@example.com',
    privateKey: 'made up afresh',
  };
});

testDiscoveryExtract(description, 'google/gmail.v1.discovery.json');
