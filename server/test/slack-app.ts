import { createHmac } from 'node:crypto';
import type { SimulatorControl } from './harness/simulator-control.js';

/** A message of the simulator, as far as tests look at it. */
export interface SlackMessage {
  channel: string;
  ts: string;
  text: string;
  blocks?: { type: string; elements?: { action_id?: string; value?: string }[] }[];
}

export interface SlackAnswer {
  status: number;
  text: string;
}

interface SlackState {
  messages: SlackMessage[];
  ephemerals: { channel: string; user: string; text: string }[];
  views: { triggerId: string; view: Record<string, unknown> }[];
}

/** Slack as the people in it use it: the simulator holds what they see, and what they press is delivered signed. */
export class SlackApp {
  private clicks = 0;

  constructor(
    private readonly control: SimulatorControl,
    private readonly hook: string,
    private readonly signingSecret: string,
  ) {}

  async state(): Promise<SlackState> {
    return (await this.control.state('slack')) as unknown as SlackState;
  }

  /** The messages of a channel, the oldest first. */
  async messagesIn(channel: string): Promise<SlackMessage[]> {
    return (await this.state()).messages.filter((message) => message.channel === channel);
  }

  /** What somebody in Slack does with a button below a message. */
  press(message: SlackMessage, actionId: string, user: string): Promise<SlackAnswer> {
    return this.deliver(this.pressed(message, actionId, user));
  }

  /** The body that a press is delivered as. */
  pressed(message: SlackMessage, actionId: string, user: string): string {
    const button = message.blocks
      ?.flatMap(({ elements = [] }) => elements)
      .find((element) => element.action_id === actionId);
    if (!button) throw new Error(`The message has no button ${actionId}: ${JSON.stringify(message)}`);
    return this.interaction({
      type: 'block_actions',
      user: { id: user },
      channel: { id: message.channel },
      message: { ts: message.ts },
      actions: [{ type: 'button', action_id: actionId, value: button.value }],
    });
  }

  /** Fills in the dialog that was opened last. */
  async submitReason(reason: string, user: string): Promise<SlackAnswer> {
    const { view } = (await this.state()).views.at(-1)!;
    const values = { reason: { reason: { type: 'plain_text_input', value: reason } } };
    return this.deliver(
      this.interaction({ type: 'view_submission', user: { id: user }, view: { ...view, state: { values } } }),
    );
  }

  interaction(payload: object): string {
    this.clicks += 1;
    const whole = { token: 'unused', team: { id: 'T0CASTELLAN' }, trigger_id: `13.37.${this.clicks}`, ...payload };
    return new URLSearchParams({ payload: JSON.stringify(whole) }).toString();
  }

  event(event: object, over: object = {}, headers: Record<string, string> = {}): Promise<SlackAnswer> {
    const envelope = {
      type: 'event_callback',
      team_id: 'T0CASTELLAN',
      api_app_id: 'A0CASTELLAN',
      event_time: 1,
      event,
    };
    return this.deliver(JSON.stringify({ ...envelope, ...over }), { contentType: 'application/json', headers });
  }

  async deliver(
    body: string,
    options: { at?: number; secret?: string; contentType?: string; headers?: Record<string, string> } = {},
  ): Promise<SlackAnswer> {
    const at = String(options.at ?? Math.floor(Date.now() / 1_000));
    const digest = createHmac('sha256', options.secret ?? this.signingSecret)
      .update(`v0:${at}:${body}`)
      .digest('hex');
    const answer = await fetch(this.hook, {
      method: 'POST',
      headers: {
        'content-type': options.contentType ?? 'application/x-www-form-urlencoded',
        'x-slack-request-timestamp': at,
        'x-slack-signature': `v0=${digest}`,
        ...options.headers,
      },
      body,
    });
    return { status: answer.status, text: await answer.text() };
  }
}
