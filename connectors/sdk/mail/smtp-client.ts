import type { Socket } from 'node:net';
import { Readable } from 'node:stream';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import type { MailServer } from '../define.js';
import type { MailClient, OutgoingMail, SentMail } from '../types.js';
import { mailError, type SmtpFailure } from './smtp-failure.js';

export interface SmtpOptions {
  title: string;
  /** Masked in whatever the server says. */
  secrets: string[];
  server: MailServer;
  /** A connection that was held against the rules of egress. */
  open(place: { host: string; port: number }): Promise<Socket>;
  /** Trusted certificates; undefined means Node's own. */
  ca?: string[] | undefined;
  /** For one e-mail, from the greeting to the last answer. */
  totalMs: number;
  signal?: AbortSignal | undefined;
}

type Callback<T> = (error?: Error | null, result?: T) => void;
/** Waits for one act of the session, or for the end of the connection, whichever comes first. */
type Step = <T>(act: (done: Callback<T>) => void) => Promise<T | undefined>;

/** Speaks SMTP (RFC 5321) with one mail server; each e-mail has a connection of its own. */
export function smtpClient(options: SmtpOptions): Pick<MailClient, 'check' | 'send'> {
  return {
    check: () =>
      inSession(options, async () => undefined).catch((error: SmtpFailure) => {
        throw mailError(error, options, false);
      }),
    async send(mail) {
      const content = new OutgoingContent(mail);
      return inSession(options, (session, step) => deliver(session, step, mail, content)).catch(
        (error: SmtpFailure) => {
          throw mailError(error, options, content.begun);
        },
      );
    },
  };
}

/** The bytes of an e-mail with the time at which they leave; knows whether any of them has been asked for. */
class OutgoingContent extends Readable {
  begun = false;
  readonly bytes: Buffer;

  constructor({ content }: OutgoingMail) {
    super();
    // RFC 5322 §3.3.
    const date = new Date().toUTCString().replace(/GMT$/, '+0000');
    this.bytes = Buffer.concat([Buffer.from(`Date: ${date}\r\n`), Buffer.from(content, 'base64')]);
  }

  override _read(): void {
    this.begun = true;
    this.push(this.bytes);
    this.push(null);
  }
}

/** Opens a session, signs in, does the work, and closes it whatever comes of it. Rejects with SmtpFailure. */
async function inSession<T>(
  options: SmtpOptions,
  work: (session: SMTPConnection, step: Step) => Promise<T>,
): Promise<T> {
  const { server, ca, totalMs, signal } = options;
  const { host, port, security, login } = server;
  const session = new SMTPConnection({
    ...{ host, port, connection: await options.open({ host, port }), name: 'castellan' },
    ...{ secure: security === 'tls', requireTLS: security === 'starttls', ignoreTLS: security === 'none' },
    ...{ greetingTimeout: totalMs, socketTimeout: totalMs, socketCloseTimeout: 1_000 },
    ...(ca ? { tls: { ca } } : {}),
  });
  let ended: SmtpFailure = new Error('The connection was closed.');
  const end = (reason: 'deadline' | 'cancelled', words: string) => {
    ended = Object.assign(new Error(words), { reason });
    session.close();
  };
  const cancel = () => end('cancelled', 'It was cancelled.');
  const timer = setTimeout(() => end('deadline', `No whole answer within ${totalMs / 1000} s.`), totalMs);
  signal?.addEventListener('abort', cancel, { once: true });
  const over = new Promise<never>((_, reject) => {
    session.once('error', reject);
    session.once('end', () => reject(ended));
  });
  // What breaks while nothing is waited for is of no interest.
  over.catch(() => undefined);
  const step: Step = (act) =>
    Promise.race([over, new Promise<never>((resolve, reject) => act(settling(resolve as Settle, reject)))]);
  try {
    if (signal?.aborted) cancel();
    await step((done) => session.connect(done));
    if (login) await step((done) => session.login({ user: login.user, pass: login.password }, done));
    return await work(session, step);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', cancel);
    session.close();
  }
}

type Settle = (value: unknown) => void;

function settling(resolve: Settle, reject: (error: Error) => void): Callback<unknown> {
  return (error, result) => (error ? reject(error) : resolve(result));
}

async function deliver(
  session: SMTPConnection,
  step: Step,
  { from, recipients }: OutgoingMail,
  content: OutgoingContent,
): Promise<SentMail> {
  const envelope = { from, to: recipients, size: content.bytes.length };
  const info = await step<Parameters<Parameters<SMTPConnection['send']>[2]>[1]>((done) =>
    session.send(envelope, content, done),
  );
  const refused = (info?.rejectedErrors ?? []).map(({ recipient, response, message }) => ({
    email: String(recipient),
    said: response ?? message,
  }));
  return { refused, answer: info?.response ?? '' };
}
