import { customAuth, defineConnector, type Host, operation, secret, text } from '@castellan/sdk';
import { z } from 'zod';
import { mailApprovals } from '../mail-approvals.js';
import { mailChanges, mailInput, mailRules, mimeOf } from '../mail-message.js';

const docs = 'https://www.rfc-editor.org/rfc/rfc5321';

const host = z
  .string()
  .regex(/^(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)*[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?$/)
  .max(253)
  .meta({ title: 'Mail server', examples: ['smtp.example.com'] })
  .describe('Its name. It is spoken to directly, through no proxy.');
const security = z
  .enum(['starttls', 'tls', 'none'])
  .default('starttls')
  .meta({ title: 'Encryption' })
  .describe(
    'starttls: the server must offer it, usual on port 587 · tls: from the first byte, usual on port 465 · none: everybody on the way can read e-mails and the password.',
  );
const place = {
  host,
  port: z.int().min(1).max(65_535).default(587).meta({ title: 'Port' }),
  security,
  from: z.email().meta({ title: 'Sender' }).describe('The address that e-mails come from.'),
};
const placeOf = z.object(place);

const withPassword = customAuth({
  kind: 'password',
  title: 'User name and password',
  fields: { ...place, username: z.string().min(1).meta({ title: 'User name' }), password: secret('Password') },
  credentials: () => ({}),
});
const byAddress = customAuth({
  kind: 'none',
  title: 'No sign-in: the server knows this machine',
  fields: place,
  credentials: () => ({}),
});

const smtpMail = mailInput.extend({
  from: z
    .email()
    .meta({ title: 'Sender' })
    .describe('In place of the connection’s, where the server allows it.')
    .optional(),
  fromName: text('header')
    .min(1)
    .max(200)
    .meta({ title: 'Sender’s name', examples: ['IT operations'] })
    .optional(),
});
type SmtpMail = z.output<typeof smtpMail>;

const sent = z.object({
  messageId: z.string().describe('The Message-ID header; the same for every attempt of one effect.'),
  accepted: z.array(z.string()).describe('Recipients that the server took.'),
  refused: z.array(z.object({ email: z.string(), said: z.string() })).describe('Recipients that it did not take.'),
  answer: z.string().describe('The server’s words on the e-mail.'),
});

/** https://www.rfc-editor.org/rfc/rfc5321. E-mail by any mail server. */
export const smtp = defineConnector({
  id: 'smtp',
  title: 'SMTP',
  docs,
  judgedBy: 'docs',
  auth: [withPassword, byAddress],
  sampleConnection: {
    kind: 'password',
    fields: {
      ...{ host: 'smtp.example.com', port: 587, security: 'starttls', from: 'it@example.com' },
      ...{ username: 'it@example.com', password: 'sample-password' },
    },
  },
  mailServer(fields) {
    const { host, port, security, from: sender } = placeOf.parse(fields);
    const { username, password } = fields;
    const login = password === undefined ? {} : { login: { user: String(username), password: String(password) } };
    return { host, port, security, sender, ...login };
  },
  async test({ mail }, fields) {
    const { host, port, from } = placeOf.parse(fields);
    await mail!.check();
    return { account: `${from} at ${host}:${port}` };
  },
  approvals: mailApprovals({ send: async (mail, host) => ({ messageId: (await send(mail, host)).messageId }) }),
  operations: {
    sendMail: operation({
      title: 'Send an e-mail',
      docs,
      summary: 'Hands an e-mail to the mail server, for each recipient that it takes.',
      input: smtpMail,
      output: sent,
      check: mailRules,
      effect: 'write',
      // No server promises to take a Message-ID only once, and none can be asked what it took.
      idempotency: 'none',
      changes: mailChanges,
      run: send,
      sample: {
        input: {
          to: ['marco.reyes@example.com'],
          subject: 'Three access reviews are overdue',
          text: 'Please look at them: https://app.opal.dev/reviews',
        },
        output: {
          messageId: '<abababababababababababababababab@example.com>',
          accepted: ['marco.reyes@example.com'],
          refused: [],
          answer: '250 2.0.0 OK: queued as 4b1f0c7a',
        },
      },
    }),
  },
});

/** Rejects as the mail server does. Of several recipients, those that it refused are named and the others have the e-mail. */
async function send(input: SmtpMail, { mail, idempotencyKey }: Host): Promise<z.output<typeof sent>> {
  const { from = mail!.sender, fromName, ...message } = input;
  const { to, cc = [], bcc = [] } = message;
  const recipients = [...new Set([...to, ...cc, ...bcc])];
  const messageId = `<${idempotencyKey.slice(0, 32)}@${from.split('@')[1]}>`;
  const content = await mimeOf(message, idempotencyKey, { from: { address: from, name: fromName }, messageId });
  const { refused, answer } = await mail!.send({ from, recipients, content: content.toString('base64') });
  const accepted = recipients.filter((email) => !refused.some((one) => one.email === email));
  return { messageId, accepted, refused, answer };
}
