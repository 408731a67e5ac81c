import { FatalError, type HttpRequest, type HttpResponse, type JsonObject, path, RetryableError } from '@castellan/sdk';

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference: every call is a POST that names its action in a header. */
export const docs = 'https://docs.aws.amazon.com/eventbridge/latest/APIReference';

export function action(name: string, body: JsonObject): HttpRequest {
  return {
    method: 'POST',
    path: path`/`,
    headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': `AWSEvents.${name}` },
    body,
  };
}

/** The code of an error without the namespace that some answers write before it. */
function codeOf({ body }: HttpResponse): string | undefined {
  const { __type: type } = (body ?? {}) as { __type?: unknown };
  return typeof type === 'string' ? type.split('#').at(-1) : undefined;
}

/** AWS says nearly everything by 400: the code tells what it means. */
export function meaningOf(response: HttpResponse): number {
  const code = codeOf(response) ?? '';
  if (/Throttl|TooManyRequests|LimitExceeded/.test(code)) return 429;
  if (/UnrecognizedClient|InvalidSignature|IncompleteSignature|ExpiredToken|InvalidClientTokenId/.test(code))
    return 401;
  if (/AccessDenied/.test(code)) return 403;
  if (/ResourceNotFound/.test(code)) return 404;
  return response.status;
}

export function errorWords(response: HttpResponse): string | undefined {
  const { message, Message } = (response.body ?? {}) as { message?: unknown; Message?: unknown };
  const words = [message, Message].find((text) => typeof text === 'string');
  const code = codeOf(response);
  return words === undefined ? code : `${String(words)}${code ? ` (${code})` : ''}`;
}

/** What became of one event of a request that was itself answered 200. */
export interface EntryAnswer {
  EventId?: string;
  ErrorCode?: string;
  ErrorMessage?: string;
}

/** Codes of events that AWS asks to send again; of these it has taken nothing. */
const sentAgain = /^(InternalFailure|InternalException|ThrottlingException)$/;

/** The refusal of an event. */
export function refusalOf({ ErrorCode = '', ErrorMessage = '' }: EntryAnswer): Error {
  const words = `Amazon EventBridge did not take the event: ${ErrorMessage || ErrorCode} (${ErrorCode})`;
  if (!sentAgain.test(ErrorCode)) return new FatalError(words, { vendorMessage: ErrorMessage });
  const code = ErrorCode === 'ThrottlingException' ? 'E_RATE' : 'E_HTTP';
  return new RetryableError(words, { code, vendorMessage: ErrorMessage });
}
