import {
  defineSimulator,
  type SimulatedAnswer,
  SimulatedRefusal,
  type SimulatedRequest,
  type SimulatorView,
} from '@castellan/sdk/simulator';
import { simulatedPeople } from '../simulated-company.js';
import description from './fixtures/smtp.openapi.json' with { type: 'json' };

interface Mail {
  /** ISO 8601. */
  at: string;
  from: string;
  recipients: string[];
  subject: string;
  body: string;
}

interface SmtpState {
  /** Mailboxes of the company’s own domain; a recipient elsewhere is always taken. */
  mailboxes: string[];
  mails: Mail[];
}

/** A mail server of the simulated company. What it says is what a server says in SMTP; it is spoken to in HTTP. */
export const smtpSimulator = defineSimulator<SmtpState>({
  connector: 'smtp',
  title: 'SMTP',
  apis: [
    {
      description,
      rules: {
        greet: () => ({ body: { greeting: '220 mail.example.com ESMTP' } }),
        send,
      },
    },
  ],
  seed: () => ({ mailboxes: [...simulatedPeople.map(({ email }) => email), 'it@example.com'], mails: [] }),
  view,
});

function send(state: SmtpState, { body, now }: SimulatedRequest): SimulatedAnswer {
  const { from, recipients, content } = body as { from: string; recipients: string[]; content: string };
  const refused = recipients
    .filter((email) => email.endsWith('@example.com') && !state.mailboxes.includes(email.toLowerCase()))
    .map((email) => ({ email, said: `550 5.1.1 <${email}>: no such mailbox here` }));
  const taken = recipients.filter((email) => !refused.some((one) => one.email === email));
  if (taken.length === 0) throw new SimulatedRefusal(422, refused[0]!.said);
  const message = Buffer.from(content, 'base64').toString('utf8');
  const end = message.indexOf('\r\n\r\n');
  const subject = /^Subject: (.*)$/im.exec(message.slice(0, end))?.[1] ?? '';
  state.mails.unshift({ at: now.toISOString(), from, recipients: taken, subject, body: message.slice(end + 4) });
  return { body: { refused, answer: `250 2.0.0 OK: queued as ${String(state.mails.length).padStart(8, '0')}` } };
}

function view({ mails }: SmtpState): SimulatorView {
  return {
    tables: [],
    channels: [
      {
        name: 'Sent',
        messages: mails.toReversed().map(({ at, from, recipients, subject, body }) => ({
          ...{ at, from },
          text: `To ${recipients.join(', ')}: ${subject}\n\n${body}`,
        })),
      },
    ],
  };
}
