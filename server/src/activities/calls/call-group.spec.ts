import { expect, test } from 'vitest';
import type { CallRequest, CallResult } from '../../workflows/contract.js';
import { CallGroups } from './call-group.js';

const request = (runId: string, attempt = 1): CallRequest => ({
  runId,
  epoch: 1,
  workspaceId: 'w',
  versionId: 'v',
  step: 's',
  iteration: '',
  attempt,
});

/** Calls that end when they are let go. */
function held() {
  const made: string[] = [];
  const gates = new Map<string, (failure?: Error) => void>();
  const groups = new CallGroups(({ runId, step, iteration }) => {
    made.push(runId);
    return new Promise<CallResult>((resolve, reject) => {
      gates.set(runId, (failure) =>
        failure ? reject(failure) : resolve({ runId, step, iteration, outcome: { kind: 'succeeded' } }),
      );
    });
  });
  return { groups, made, end: (runId: string, failure?: Error) => gates.get(runId)?.(failure) };
}

const kinds = (results: CallResult[]) => results.map(({ outcome }) => outcome.kind);

test('calls that end soon are answered together', async () => {
  const { groups, end } = held();
  const answers = groups.call([request('a'), request('b')]);
  end('a');
  end('b');
  expect(kinds(await answers)).toEqual(['succeeded', 'succeeded']);
});

test('a call that takes long is answered as open, and its end is found by who asks for it alone', async () => {
  const { groups, made, end } = held();
  const answers = groups.call([request('quick'), request('slow')]);
  end('quick');
  expect(kinds(await answers)).toEqual(['succeeded', 'open']);
  const awaited = groups.call([{ ...request('slow'), awaited: true }]);
  end('slow');
  expect(kinds(await awaited)).toEqual(['succeeded']);
  expect(made).toEqual(['quick', 'slow']);
});

test('a call alone is awaited however long it takes', async () => {
  const { groups, end } = held();
  const answers = groups.call([request('slow')]);
  setTimeout(end, 400, 'slow');
  expect(kinds(await answers)).toEqual(['succeeded']);
});

test('open calls that are awaited together are answered as they end', async () => {
  const { groups, end } = held();
  const answers = groups.call([request('a'), request('b'), request('c')]);
  end('a');
  await answers;
  const awaited = groups.call(['b', 'c'].map((id) => ({ ...request(id), awaited: true as const })));
  end('c');
  expect(kinds(await awaited)).toEqual(['open', 'succeeded']);
});

test('as long as none has ended, none is left behind', async () => {
  const { groups, end } = held();
  const answers = groups.call([request('a'), request('b')]);
  setTimeout(() => {
    end('a');
    end('b');
  }, 400);
  expect(kinds(await answers)).toEqual(['succeeded', 'succeeded']);
});

test('the next attempt is a call of its own', async () => {
  const { groups, made, end } = held();
  const first = groups.call([request('a', 1)]);
  end('a');
  await first;
  const second = groups.call([request('a', 2)]);
  end('a');
  await second;
  expect(made).toEqual(['a', 'a']);
});

test('a failure of our own side is thrown, and the call is made again by who asks next', async () => {
  const { groups, made, end } = held();
  const answers = groups.call([request('a'), request('b')]);
  end('a', new Error('the database is away'));
  end('b');
  await expect(answers).rejects.toThrow('the database is away');
  const again = groups.call([request('a')]);
  end('a');
  expect(kinds(await again)).toEqual(['succeeded']);
  expect(made).toEqual(['a', 'b', 'a']);
});
