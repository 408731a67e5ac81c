import type {
  ApprovalAnswer,
  ApprovalAnswers,
  ApprovalChat,
  ApprovalQuestion,
  ApprovalRecipient,
  Host,
  JsonObject,
  ReasonQuestion,
} from '@castellan/sdk';

/** Where approvals are asked for, of one connection. All reject with the SDK's ConnectorError. */
export interface Chat {
  post(question: ApprovalQuestion, to: ApprovalRecipient): Promise<JsonObject>;
  find(to: ApprovalRecipient): Promise<JsonObject | null>;
  update(question: ApprovalQuestion, place: JsonObject): Promise<void>;
  remind(question: ApprovalQuestion, to: ApprovalRecipient): Promise<void>;
  /** Null where people answer on the page only. */
  answers: ChatAnswers | null;
}

/** How answers are dealt with, of one connection. */
export interface ChatAnswers {
  identify(answer: ApprovalAnswer): Promise<string | null>;
  askReason(answer: ApprovalAnswer, question: ReasonQuestion): Promise<void>;
  tell(answer: ApprovalAnswer, words: string): Promise<void>;
}

export function chatOf(chat: ApprovalChat, host: Host): Chat {
  return {
    post: (question, to) => chat.post(question, to, host),
    find: (to) => chat.find(to, host),
    update: (question, place) => chat.update(question, place, host),
    remind: (question, to) => chat.remind(question, to, host),
    answers: chat.answers ? answersOf(chat.answers, host) : null,
  };
}

function answersOf(answers: ApprovalAnswers, host: Host): ChatAnswers {
  return {
    identify: (answer) => answers.identify(answer, host),
    askReason: (answer, question) => answers.askReason(answer, question, host),
    tell: (answer, words) => answers.tell(answer, words, host),
  };
}
