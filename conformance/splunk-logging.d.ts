/** What the conformance tests use of Splunk's SDK, which brings no types. */
declare module 'splunk-logging' {
  interface Context {
    message: object;
    metadata: { time?: number; host?: string; source?: string; sourcetype?: string; index?: string };
  }

  export class Logger {
    constructor(config: { token: string; url: string; maxBatchCount: number });
    requestOptions: { headers?: Record<string, string> };
    eventFormatter: (message: object, severity: string) => object;
    send(context: Context): void;
    flush(callback: (error: Error | null, response: unknown, body: unknown) => void): void;
  }
}
