import { type Change, type InputProblem, text } from '@castellan/sdk';
import MailComposer from 'nodemailer/lib/mail-composer';
import { z } from 'zod';

const address = z.email().describe('One address.');
const addresses = (title: string) => z.array(address).max(100).meta({ title });

/** What a person or a flow says of an e-mail. Each address is one recipient, and nothing in it can name another. */
export const mailInput = z.strictObject({
  to: addresses('To').min(1),
  cc: addresses('Cc').optional(),
  bcc: addresses('Bcc').optional(),
  replyTo: z.email().meta({ title: 'Answers go to' }).optional(),
  subject: text('header').min(1).max(998).meta({ title: 'Subject' }),
  text: z.string().min(1).meta({ title: 'Text', multiline: true }).optional(),
  html: text('html', { multiline: true })
    .min(1)
    .meta({ title: 'HTML' })
    .describe('Shown in place of the text by programs that can.')
    .optional(),
  attachments: z
    .array(
      z.strictObject({
        filename: z.string().min(1).max(255).meta({ title: 'File name' }),
        content: z.string().meta({ title: 'Content', multiline: true }),
        encoding: z.enum(['text', 'base64']).default('text').meta({ title: 'Given as' }),
        contentType: z
          .string()
          .regex(/^[\w.+-]+\/[\w.+-]+$/)
          .meta({ title: 'Type', examples: ['text/csv'] })
          .optional(),
      }),
    )
    .max(20)
    .meta({ title: 'Attachments' })
    .optional(),
});
export type MailInput = z.output<typeof mailInput>;

/** The header by which an e-mail of ours is known again. */
export const markHeader = 'X-Castellan-Effect';

/** Where the system that sends does not do it by itself: who sends, by which name of the message. */
export interface Sender {
  from: { address: string; name?: string | undefined };
  messageId: string;
}

/** Rules across the fields of an e-mail. */
export function mailRules({ text, html }: MailInput): InputProblem[] {
  if (text !== undefined || html !== undefined) return [];
  return [{ pointer: '/text', message: 'Give a text, HTML, or both.' }];
}

/** Everybody who gets it. */
export function mailChanges({ to, cc = [], bcc = [] }: MailInput): Change[] {
  return [...to, ...cc, ...bcc].map((email) => ({ action: 'notify', subject: { type: 'user', id: email, email } }));
}

/**
 * The e-mail as RFC 5322 writes it, without its time; the same bytes for the same input and key. Without a sender it is
 * for a system that puts in sender and Message-ID itself, and takes off who gets it in secret.
 */
export async function mimeOf(input: MailInput, key: string, sender?: Sender): Promise<Buffer> {
  const { attachments = [], ...mail } = input;
  const composer = new MailComposer({
    ...mail,
    ...(sender ? { from: { address: sender.from.address, name: sender.from.name?.replace(/\s+/g, ' ') ?? '' } } : {}),
    ...(sender ? { messageId: sender.messageId } : {}),
    headers: { [markHeader]: key },
    baseBoundary: key.slice(0, 16),
    attachments: attachments.map(({ filename, content, encoding, contentType }) => ({
      filename,
      content: Buffer.from(content, encoding === 'base64' ? 'base64' : 'utf8'),
      ...(contentType ? { contentType } : {}),
    })),
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const message = composer.compile();
  message.keepBcc = sender === undefined;
  const whole = await message.build();
  const end = whole.indexOf('\r\n\r\n');
  const unwanted = sender ? /^Date:[^\r\n]*\r\n/gim : /^(?:Date|Message-ID):[^\r\n]*\r\n/gim;
  const head = whole.subarray(0, end).toString('utf8').replace(unwanted, '');
  return Buffer.concat([Buffer.from(head), whole.subarray(end)]);
}
