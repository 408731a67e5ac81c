import type { FastifyReply, FastifyRequest } from 'fastify';

const name = 'castellan_session';
/** A session ends after so many days, used or not. */
export const sessionDays = 14;

/** The session id that the browser sent. */
export function readSessionCookie(request: FastifyRequest): string | null {
  const pair = request.headers.cookie
    ?.split(';')
    .map((part) => part.trim())
    .find((part) => part.startsWith(`${name}=`));
  return pair ? pair.slice(name.length + 1) : null;
}

/** Lax, so that a link in a message opens the app signed in; writes are guarded by their origin. */
export function setSessionCookie(reply: FastifyReply, id: string, options: { https: boolean }): void {
  write(reply, id, sessionDays * 86_400, options);
}

export function clearSessionCookie(reply: FastifyReply, options: { https: boolean }): void {
  write(reply, '', 0, options);
}

function write(reply: FastifyReply, value: string, maxAge: number, { https }: { https: boolean }): void {
  const attributes = [`${name}=${value}`, 'Path=/', `Max-Age=${maxAge}`, 'HttpOnly', 'SameSite=Lax'];
  if (https) attributes.push('Secure');
  reply.header('set-cookie', attributes.join('; '));
}
