import type { JsonValue } from '@castellan/sdk';
import type { SimulatedFile } from '@castellan/sdk/simulator';
import { simulatedApp } from './slack.seed.js';
import { done, placeOf, type Rule, refused } from './slack-simulated-answers.js';
import { nextTs } from './slack-simulated-messages.js';

/** Where files are put; another host than that of the methods. */
export const uploadRoot = '/upload/v1';

export const fileRules: Record<string, Rule> = {
  files_getUploadURLExternal(state, { query }) {
    const id = `F0SIMULATED${state.files.length + 1}`;
    state.files.push({ id, filename: query.filename!, length: Number(query.length), size: null, channel: null });
    return done({ upload_url: `https://files.slack.com${uploadRoot}/${id}`, file_id: id });
  },

  files_completeUploadExternal(state, { body, now }) {
    const wish = body as { files: { id: string; title?: string }[]; channel_id?: string; initial_comment?: string };
    const place = placeOf(state, wish.channel_id ?? '');
    if (!place) return refused('channel_not_found');
    const files = wish.files.map(({ id }) => state.files.find((file) => file.id === id && file.size === file.length));
    if (files.some((file) => file === undefined)) return refused('file_not_found');
    for (const file of files) file!.channel = place.id;
    const shared = wish.files.map(({ id, title }) => ({ id, title: title ?? id }));
    state.messages.push({
      ...{ channel: place.id, ts: nextTs(state, now), user: simulatedApp.userId },
      text: wish.initial_comment ?? '',
      files: shared,
    });
    return done({ files: shared });
  },
};

export const uploadRules: Record<string, Rule> = {
  upload(state, { params, body }) {
    const file = state.files.find(({ id }) => id === params.place);
    if (!file) return { status: 404, body: 'no such place' };
    file.size = sizeOf(body);
    return { status: 200, body: `OK - ${file.size}` };
  },
};

/** Slack takes the bytes in whatever form field they come, or as the whole body. */
function sizeOf(body: JsonValue): number {
  const [given] = typeof body === 'object' && body !== null ? Object.values(body) : [body];
  return typeof given === 'string' ? Buffer.byteLength(given) : (given as unknown as SimulatedFile).size;
}
