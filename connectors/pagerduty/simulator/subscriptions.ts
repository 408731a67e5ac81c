import { type SimulatedApi, SimulatedRefusal } from '@castellan/sdk/simulator';
import { idOf, type PagerDutyState, type Subscription } from '../pagerduty.seed.js';
import { pageOf } from './answers.js';

export const subscriptionRules: SimulatedApi<PagerDutyState>['rules'] = {
  listWebhookSubscriptions: (state, request) =>
    pageOf(
      'webhook_subscriptions',
      state.subscriptions.map((each) => answer(each)),
      request,
    ),
  getWebhookSubscription: (state, { params }) => ({ body: { webhook_subscription: answer(at(state, params)) } }),
  createWebhookSubscription: (state, { body }) => {
    const given = (body as { webhook_subscription: unknown }).webhook_subscription as Omit<
      Subscription,
      'id' | 'url'
    > & {
      delivery_method: { url: string };
    };
    const subscription: Subscription = {
      id: idOf('W', state.subscriptions.length + 3),
      url: given.delivery_method.url,
      events: given.events,
      filter: given.filter,
      description: given.description,
    };
    state.subscriptions.push(subscription);
    return { body: { webhook_subscription: answer(subscription, '5f4dcc3b5aa765d61d8327deb882cf99') } };
  },
  deleteWebhookSubscription: (state, { params }) => {
    const { id } = at(state, params);
    state.subscriptions = state.subscriptions.filter((each) => each.id !== id);
    return { status: 204 };
  },
};

function at({ subscriptions }: PagerDutyState, { id }: Record<string, string>): Subscription {
  const found = subscriptions.find((each) => each.id === id);
  if (!found) throw new SimulatedRefusal(404, 'Not Found');
  return found;
}

/** The secret is told only to the one who makes the subscription. */
function answer({ id, url, events, filter, description }: Subscription, secret: string | null = null) {
  return {
    ...{ id, type: 'webhook_subscription', active: true, description, events, filter },
    delivery_method: { id: idOf('D', 1), type: 'http_delivery_method', url, secret, temporarily_disabled: false },
  };
}
