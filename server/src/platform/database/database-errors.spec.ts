import { describe, expect, test } from 'vitest';
import { ApiError } from '../errors.js';
import { asCallerError, isConnectionLost, isUniqueViolation } from './database-errors.js';

const withCode = (code: string) => Object.assign(new Error('from Postgres'), { code });

describe('an error of the database', () => {
  test.each(['ECONNREFUSED', 'ECONNRESET', '57P01', '57P03', '08006', '53100', '53300', '57014', '40P01', '25006'])(
    'with code %s is an outage to callers',
    (code) => expect(asCallerError(withCode(code))).toMatchObject({ code: 'unavailable' }),
  );

  test.each(['23505', '22P02', '42P01', '40001'])('with code %s stays what it is', (code) => {
    const error = withCode(code);
    expect(asCallerError(error)).toBe(error);
  });

  test('is found below the wrapper of TypeORM', () => {
    const wrapped = Object.assign(new Error('QueryFailedError'), { driverError: withCode('53100') });
    expect(asCallerError(wrapped)).toMatchObject({ code: 'unavailable' });
  });

  test.each(['Connection terminated unexpectedly', 'timeout exceeded when trying to connect', 'Query read timeout'])(
    'saying “%s” means that the connection is gone',
    (message) => expect(isConnectionLost(new Error(message))).toBe(true),
  );

  test('tells nothing of its own to callers, but keeps it for the log', () => {
    const cause = withCode('ECONNREFUSED');
    const shown = asCallerError(cause) as ApiError;
    expect(shown.message).not.toContain('from Postgres');
    expect(shown.cause).toBe(cause);
  });

  test('is not wrapped twice', () => {
    const error = new ApiError('unavailable');
    expect(asCallerError(error)).toBe(error);
  });
});

test('a unique violation is known by its constraint', () => {
  const error = Object.assign(withCode('23505'), { constraint: 'users_email' });
  expect([isUniqueViolation(error, 'users_email'), isUniqueViolation(error, 'other')]).toEqual([true, false]);
});
