import { stepErrors } from '@castellan/api';
import { describe, expect, it } from 'vitest';
import { meaningOf, remedyOf } from './failure-words.js';
import { whyNotEnded, whyWaiting } from './why-waiting.js';

describe('why a run waits', () => {
  it('names the person and the time', () => {
    const sentence = whyWaiting({
      kind: 'approval',
      what: 'Ask security',
      who: 'R. Cole',
      until: '2026-01-31T09:00:00Z',
    });
    expect(sentence).toMatch(/^Waits for R\. Cole to decide “Ask security”, until 31 Jan 2026/);
  });

  it('tells roles from people', () => {
    const who = 'role:approver, jane@example.com';
    expect(whyWaiting({ kind: 'approval', what: 'Ask', who, until: null })).toBe(
      'Waits for any approver or jane@example.com to decide “Ask”.',
    );
  });

  it('says what to do about an unknown outcome', () => {
    expect(whyWaiting({ kind: 'outcome', what: 'Tell the channel', who: 'Slack', until: null })).toBe(
      'Nobody knows whether “Tell the channel” happened at Slack. Look there, then say what became of it.',
    );
  });

  it('is a sentence without a name or a time too', () => {
    const kinds = [
      ...['approval', 'time', 'event', 'outcome', 'retry', 'subflow', 'turn', 'slot', 'host'],
      ...['protected', 'budget'],
    ] as Parameters<typeof whyWaiting>[0]['kind'][];
    for (const kind of kinds) {
      expect(whyWaiting({ kind, what: 'A step', who: null, until: null })).not.toMatch(/null|undefined/);
    }
  });
});

describe('where a run stands that has not ended', () => {
  const stands = { waitingFor: null, ending: null };

  it('is one sentence, whether or not it waits for something', () => {
    expect(whyNotEnded({ ...stands, status: 'paused' })).toBe('Paused: it goes on when somebody resumes it.');
    expect(whyNotEnded({ ...stands, status: 'queued' })).toBe('It has not begun yet.');
    expect(whyNotEnded({ ...stands, status: 'running', ending: { status: 'failed' } })).toBe(
      'It has failed. What follows its end is being done.',
    );
    const waitingFor = { kind: 'time', what: 'Notice', who: null, until: null } as const;
    expect(whyNotEnded({ ...stands, status: 'waiting', waitingFor })).toBe('“Notice” waits until its time has come.');
  });
});

describe('what a failure means', () => {
  it('tells a missing right from missing credentials', () => {
    expect(meaningOf({ code: 'E_HTTP', status: 403 })).toMatch(/may not do this/);
    expect(meaningOf({ code: 'E_HTTP', status: 401 })).toMatch(/credentials/);
    expect(meaningOf({ code: 'E_HTTP', status: 502 })).toMatch(/itself failed/);
  });

  it('says of every error of a step what it means', () => {
    for (const code of Object.keys(stepErrors)) expect(meaningOf({ code })).not.toBe(meaningOf({ code: 'E_NEW' }));
  });

  it('says what to do about what a system answered', () => {
    expect(remedyOf({ code: 'E_HTTP', status: 403 })).toMatch(/right to do this/);
    expect(remedyOf({ code: 'E_HTTP', status: 404 })).toMatch(/id or name/);
    expect(remedyOf({ code: 'E_HTTP', status: 503 })).toMatch(/well again/);
  });

  it('has a sentence and a remedy for errors that it does not know', () => {
    expect(meaningOf({ code: 'E_NEW' })).toBe('The step could not be done.');
    expect(remedyOf({ code: 'E_NEW' })).not.toBe('');
  });
});
