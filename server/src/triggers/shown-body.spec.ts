import { expect, it } from 'vitest';
import { withoutSecrets } from './shown-body.js';

it('masks what its name says is a secret, at any depth, and nothing else', () => {
  const body = {
    token: 'xyz',
    event: { type: 'message', bot: [{ access_token: 'abc', tokens: 3 }] },
    _metadata: { secret: 's', invocationId: 'i', callbackURL: 'https://x.test' },
    apiKey: 'k',
    clientSecret: 'c',
    password: '',
    monkey: 'banana',
    secretary: 'Jane',
  };
  expect(withoutSecrets(body)).toEqual({
    token: '•••••',
    event: { type: 'message', bot: [{ access_token: '•••••', tokens: 3 }] },
    _metadata: { secret: '•••••', invocationId: 'i', callbackURL: 'https://x.test' },
    apiKey: '•••••',
    clientSecret: '•••••',
    password: '',
    monkey: 'banana',
    secretary: 'Jane',
  });
  expect(withoutSecrets('token')).toBe('token');
});
