import { ApiError } from '../api/errors.js';
import { ErrorPanel } from './error-panel.js';

/** The panel for something that was thrown: `what` could not be done, the server's reason, and its remedy. */
export function Failure({ what, error, onRetry }: { what: string; error: Error; onRetry?: () => void }) {
  if (error instanceof ApiError) {
    return <ErrorPanel what={what} why={error.message} next={error.remedy} code={error.code} onRetry={onRetry} />;
  }
  return <ErrorPanel what={what} why={error.message} next="Reload the page." onRetry={onRetry} />;
}
