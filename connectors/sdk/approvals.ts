import type { Host, InboundRequest, JsonObject, JsonValue } from './types.js';

/** An approval as a chat shows it. */
export interface ApprovalQuestion {
  id: string;
  /** Of what is shown; a decision names it. */
  hash: string;
  title: string;
  flow: string;
  /** Whom it is about. */
  subject: string | null;
  show: JsonValue;
  /** Whom the recipient is asked for, as their deputy; null for who was asked. */
  for: string | null;
  /** Its page, where it is shown whole. */
  url: string;
  needed: number;
  status: 'open' | 'approved' | 'rejected' | 'timeout' | 'closed';
  /** Which decisions have to say why. */
  commentOn: 'none' | 'reject' | 'both';
  decisions: { by: string; for?: string; decision: 'approve' | 'reject'; comment: string | null }[];
  /** ISO 8601. */
  expiresAt: string | null;
}

/** Whom a question is put to: a person directly, or a channel. */
export type ApprovalRecipient = { email: string } | { channel: string };

/** What a dialog for a reason is about. */
export type ReasonQuestion = Pick<ApprovalQuestion, 'title' | 'commentOn'>;

/** What somebody pressed or wrote. */
export interface ApprovalAnswer {
  approvalId: string;
  hash: string;
  decision: 'approve' | 'reject';
  comment: string | null;
  /** Its reason is asked for first, in a dialog. */
  wantsReason: boolean;
  /** What the chat needs to know who it was and to speak to them; JSON, kept until the answer is dealt with. */
  reply: JsonObject;
}

/** Where approvals are asked for beside their page: a chat, or e-mail. */
export interface ApprovalChat {
  /** The operation that lists the channels; left out: people are asked directly only. */
  channels?: string;
  /** Puts the question; answers where it stands. */
  post(question: ApprovalQuestion, to: ApprovalRecipient, host: Host): Promise<JsonObject>;
  /** Where an earlier attempt with this key put it, or null. */
  find(to: ApprovalRecipient, host: Host): Promise<JsonObject | null>;
  /** Shows the question as it stands now, where that can be shown. */
  update(question: ApprovalQuestion, place: JsonObject, host: Host): Promise<void>;
  /** Says that the question still waits. */
  remind(question: ApprovalQuestion, to: ApprovalRecipient, host: Host): Promise<void>;
  /** How answers come back; left out: people answer on the page, to which each gets a signed link. */
  answers?: ApprovalAnswers;
}

/** A chat in which approvals are answered. */
export interface ApprovalAnswers {
  /** Pure: an answer to one of our questions, or null. */
  read(delivery: InboundRequest): ApprovalAnswer | null;
  /** The verified e-mail address of whoever answered; null where the chat does not vouch for one. */
  identify(answer: ApprovalAnswer, host: Host): Promise<string | null>;
  /** Opens a dialog for the reason of a decision, which may be left out unless the question wants one. */
  askReason(answer: ApprovalAnswer, question: ReasonQuestion, host: Host): Promise<void>;
  /** Says something that only whoever answered sees. */
  tell(answer: ApprovalAnswer, words: string, host: Host): Promise<void>;
}
