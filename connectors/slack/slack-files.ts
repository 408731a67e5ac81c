import { type Host, operation, parseAnswer, path, text } from '@castellan/sdk';
import { z } from 'zod';
import { accepted } from './slack-answer.js';
import { findChannelId } from './slack-channels.js';
import { channelField, jsonInUtf8, methods, threadTs } from './slack-fields.js';

const input = z.strictObject({
  channel: channelField,
  filename: z.string().min(1).max(255).meta({ title: 'File name' }).describe('With its ending, such as evidence.csv.'),
  content: z.string().min(1).meta({ title: 'Content', multiline: true }),
  encoding: z
    .enum(['text', 'base64'])
    .default('text')
    .meta({ title: 'Given as' })
    .describe('base64 for what is no text, such as a picture.'),
  title: z.string().min(1).optional().meta({ title: 'Title' }),
  comment: text('mrkdwn', { multiline: true }).min(1).optional().meta({ title: 'Message with it' }),
  threadTs: threadTs.optional(),
});

const place = z.object({ upload_url: z.url(), file_id: z.string() });

/** https://docs.slack.dev/messaging/working-with-files: a place is asked for, filled, and then shared in the channel. */
export const fileOperations = {
  uploadFile: operation({
    title: 'Upload a file',
    docs: `${methods}/files.completeUploadExternal`,
    summary: 'Puts a file into a channel or a thread. Needs the scope files:write.',
    input,
    output: z.object({ fileId: z.string(), channel: z.string() }),
    options: { '/channel': 'listChannels' },
    effect: 'write',
    // A file carries no key of ours, and one of the same name may well be another: nothing tells whether it is shared.
    idempotency: 'none',
    changes: ({ channel, filename }) => [
      { action: 'create', object: { type: 'slack_file', id: `${channel}/${filename}`, title: filename } },
    ],
    run: upload,
    sample: {
      input: {
        channel: 'C0SECURITY',
        filename: 'evidence.csv',
        content: 'person,access\njane.doe@example.com,admin\n',
      },
      output: { fileId: 'F0SIMULATED1', channel: 'C0SECURITY' },
    },
  }),
};

async function upload(
  { channel, filename, content, encoding, title, comment, threadTs: thread }: z.output<typeof input>,
  { http }: Host,
): Promise<{ fileId: string; channel: string }> {
  const channelId = await findChannelId(http, channel);
  const asked = await http.send({
    method: 'GET',
    path: path`/files.getUploadURLExternal`,
    query: { filename, length: Buffer.byteLength(content, encoding === 'base64' ? 'base64' : 'utf8') },
  });
  const { upload_url: url, file_id: fileId } = parseAnswer(
    place,
    accepted(asked),
    `${methods}/files.getUploadURLExternal`,
  );
  // Until it is completed nobody sees the file, so that a broken upload is simply made again, with a place of its own.
  await http.send({
    method: 'POST',
    url,
    safe: true,
    multipart: { files: [{ name: 'file', filename, contentType: 'application/octet-stream', content, encoding }] },
  });
  const shared = await http.send({
    method: 'POST',
    path: path`/files.completeUploadExternal`,
    headers: jsonInUtf8,
    body: {
      files: [{ id: fileId, title: title ?? filename }],
      channel_id: channelId,
      ...(comment ? { initial_comment: comment } : {}),
      ...(thread ? { thread_ts: thread } : {}),
    },
  });
  accepted(shared, 'write');
  return { fileId, channel: channelId };
}
