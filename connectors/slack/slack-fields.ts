import { z } from 'zod';

/** Where Slack describes its methods. */
export const methods = 'https://docs.slack.dev/reference/methods';

/** JSON bodies must name their character set, or Slack answers with a warning: https://docs.slack.dev/apis/web-api */
export const jsonInUtf8 = { 'content-type': 'application/json; charset=utf-8' };

/** Slack advises pages of at most 200: https://docs.slack.dev/apis/web-api/pagination */
export const pageSize = 200;

export const email = z.email().meta({ title: 'E-mail' });

export const channelField = z
  .string()
  .min(1)
  .meta({ title: 'Channel' })
  .describe('The channel’s id, such as C012AB3CD, or the name of a public channel.');

/** For methods that take no name. */
export const channelIdField = z
  .string()
  .regex(/^[CDG][A-Z0-9]{5,}$/)
  .meta({ title: 'Channel' })
  .describe('The channel’s id, such as C012AB3CD.');

export const threadTs = z
  .string()
  .regex(/^\d+\.\d+$/)
  .meta({ title: 'Thread' })
  .describe('The ts of the message to answer below.');

export const messageTs = threadTs.meta({ title: 'Message' }).describe('The ts of the message.');

export const mostItems = z.int().min(1).optional().meta({ title: 'At most' });
