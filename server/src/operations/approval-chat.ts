import type {
  ApprovalAnswer,
  ApprovalChat,
  ApprovalQuestion,
  ApprovalRecipient,
  Host,
  JsonObject,
  ReasonQuestion,
} from '@castellan/sdk';

/** A chat of one connection. All reject with the SDK's ConnectorError. */
export interface Chat {
  post(question: ApprovalQuestion, to: ApprovalRecipient): Promise<JsonObject>;
  find(to: ApprovalRecipient): Promise<JsonObject | null>;
  update(question: ApprovalQuestion, place: JsonObject): Promise<void>;
  identify(answer: ApprovalAnswer): Promise<string | null>;
  askReason(answer: ApprovalAnswer, question: ReasonQuestion): Promise<void>;
  tell(answer: ApprovalAnswer, words: string): Promise<void>;
}

export function chatOf(chat: ApprovalChat, host: Host): Chat {
  return {
    post: (question, to) => chat.post(question, to, host),
    find: (to) => chat.find(to, host),
    update: (question, place) => chat.update(question, place, host),
    identify: (answer) => chat.identify(answer, host),
    askReason: (answer, question) => chat.askReason(answer, question, host),
    tell: (answer, words) => chat.tell(answer, words, host),
  };
}
