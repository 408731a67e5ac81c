import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { map, type Observable } from 'rxjs';

/** An answer with a revision carries it as ETag, for the If-Match of the next save. */
@Injectable()
export class RevisionInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(
      map((answer: unknown) => {
        const revision = (answer as { revision?: unknown } | null | undefined)?.revision;
        if (typeof revision === 'number') {
          context.switchToHttp().getResponse<FastifyReply>().header('etag', `"${revision}"`);
        }
        return answer;
      }),
    );
  }
}
