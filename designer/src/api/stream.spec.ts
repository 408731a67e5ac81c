import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openStream } from './stream.js';

/** A browser's EventSource, played by hand. */
class Source {
  static readonly CLOSED = 2;
  static made: Source[] = [];
  readyState = 0;
  onopen?: () => void;
  onerror?: () => void;
  closed = false;
  private readonly handlers = new Map<string, (message: { data: string }) => void>();

  constructor(readonly address: string) {
    Source.made.push(this);
  }

  addEventListener(name: string, handler: (message: { data: string }) => void) {
    this.handlers.set(name, handler);
  }

  tell(name: string, data: string) {
    this.handlers.get(name)?.({ data });
  }

  refuse() {
    this.readyState = Source.CLOSED;
    this.onerror?.();
  }

  close() {
    this.closed = true;
  }
}

/** The page of one test. */
const newPage = () => Object.assign(new EventTarget(), { hidden: false });
let page = newPage();

function show(visible: boolean) {
  page.hidden = !visible;
  page.dispatchEvent(new Event('visibilitychange'));
}

beforeEach(() => {
  Source.made = [];
  page = newPage();
  vi.useFakeTimers();
  vi.stubGlobal('EventSource', Source);
  vi.stubGlobal('document', page);
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('a stream', () => {
  it('hands each message to the handler of its name', () => {
    const told: unknown[] = [];
    openStream('/events', { run: (data) => told.push(data) });
    Source.made[0]?.tell('run', '{"seq":1}');
    Source.made[0]?.tell('step', '{"seq":2}');
    expect(told).toEqual([{ seq: 1 }]);
  });

  it('opens again after the server refused it, and tells of each break and each opening', () => {
    const told: boolean[] = [];
    openStream('/events', {}, { onConnected: (connected) => told.push(connected) });
    Source.made[0]?.onopen?.();
    Source.made[0]?.refuse();
    vi.runOnlyPendingTimers();
    expect(Source.made).toHaveLength(2);
    Source.made[1]?.onopen?.();
    expect(told).toEqual([true, false, true]);
  });

  it('leaves a merely broken connection to the browser', () => {
    openStream('/events', {});
    Source.made[0]?.onerror?.();
    vi.runOnlyPendingTimers();
    expect(Source.made).toHaveLength(1);
  });

  it('rests while the tab is hidden', () => {
    openStream('/events', {});
    show(false);
    expect(Source.made[0]?.closed).toBe(true);
    show(true);
    expect(Source.made).toHaveLength(2);
  });

  it('stays closed once it is closed', () => {
    const close = openStream('/events', {});
    Source.made[0]?.refuse();
    close();
    vi.runAllTimers();
    show(false);
    show(true);
    expect(Source.made).toHaveLength(1);
  });
});
