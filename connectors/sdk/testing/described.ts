import { type Document, OpenAPIBackend } from 'openapi-backend';

/** A call and what was answered to it. */
export interface DescribedCall {
  method: string;
  path: string;
  status: number;
  /** Undefined where the answer has no body. */
  body: unknown;
}

/** From a description to a judge of answers: what is wrong with one by it, or nothing. */
export async function describedAnswers(description: object): Promise<(call: DescribedCall) => string[]> {
  const backend = new OpenAPIBackend<Document>({
    definition: structuredClone(description) as Document,
    quick: true,
    ajvOpts: { strict: false, validateFormats: false },
  });
  await backend.init();
  return ({ method, path, status, body }) => {
    const operation = backend.matchOperation({ method, path, headers: {} });
    if (!operation) return [`${method} ${path} is not described.`];
    const known = Object.keys(operation.responses ?? {});
    const described = known.includes(String(status)) ? status : 'default';
    if (!known.includes(String(described))) return [`${status} is not described for ${method} ${path}.`];
    if (body === undefined) return status === 200 ? [] : ['An error has no body.'];
    const { errors } = backend.validateResponse(body, operation, described as number);
    return (errors ?? []).map(({ instancePath, message }) => `${instancePath || '/'} ${message}`);
  };
}
