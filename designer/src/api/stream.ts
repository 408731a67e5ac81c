/** Called with the parsed data of each message, by the message's name. */
export type StreamHandlers = Record<string, (data: unknown) => void>;

export interface StreamOptions {
  /** Each time that the stream is open, when something may have been missed before, and each time that it breaks. */
  onConnected?(connected: boolean): void;
}

const longestPause = 30_000;

/**
 * Server-sent events that outlive a restart of the server. A hidden tab keeps no stream: a browser
 * allows six connections to one host over HTTP/1.1, which a few forgotten tabs would use up.
 * Returns what closes it.
 */
export function openStream(address: string, handlers: StreamHandlers, options: StreamOptions = {}): () => void {
  let source: EventSource | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let pause = 1_000;

  function open() {
    source = new EventSource(address);
    source.onopen = () => {
      pause = 1_000;
      options.onConnected?.(true);
    };
    // The browser itself tries again after a lost connection, but gives up after an answer such as 502.
    source.onerror = () => {
      options.onConnected?.(false);
      if (source?.readyState !== EventSource.CLOSED) return;
      timer = setTimeout(open, pause);
      pause = Math.min(pause * 2, longestPause);
    };
    for (const [name, handle] of Object.entries(handlers)) {
      source.addEventListener(name, (message: MessageEvent<string>) => handle(parsed(message.data)));
    }
  }

  function close() {
    clearTimeout(timer);
    source?.close();
    source = null;
  }

  function onVisibility() {
    close();
    if (!document.hidden) open();
  }

  document.addEventListener('visibilitychange', onVisibility);
  if (!document.hidden) open();
  return () => {
    document.removeEventListener('visibilitychange', onVisibility);
    close();
  };
}

function parsed(data: string): unknown {
  if (data === '') return null;
  try {
    return JSON.parse(data);
  } catch {
    return null;
  }
}
