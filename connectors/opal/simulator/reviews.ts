import { randomUUID } from 'node:crypto';
import { SimulatedRefusal } from '@castellan/sdk/simulator';
import { pageOf, type Rule, the } from './lists.js';
import type { OpalReview } from './state.js';

export const reviewRules: Record<string, Rule> = {
  getUARs: (state, request) => pageOf(state.reviews, request),
  get_uar: (state, { params }) => ({ body: the(state.reviews, 'uar_id', params) }),
  create_uar: (state, { body, now }) => {
    const { reminder_schedule: _, reminder_include_manager: __, ...settings } = body as Record<string, unknown>;
    if (!(Date.parse(String(settings.deadline)) > now.getTime())) {
      throw new SimulatedRefusal(400, 'deadline must be in the future');
    }
    const created = { instantly_action_reviews: false, ...settings, uar_id: randomUUID() } as OpalReview;
    state.reviews.push(created);
    return { body: created };
  },
};
