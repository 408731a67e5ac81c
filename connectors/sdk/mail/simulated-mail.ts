import { path } from '../path.js';
import type { HttpClient, MailClient, SentMail } from '../types.js';

/** The mail server of a connection to the simulator, which is spoken to in HTTP as all simulators are. */
export function simulatedMail(http: HttpClient, sender: string): MailClient {
  const url = (place: string) => `https://mail.simulated${place}`;
  return {
    sender,
    async send({ from, recipients, content }) {
      const body = { from, recipients, content };
      return (await http.send({ method: 'POST', url: url(path`/messages`), body })).body as unknown as SentMail;
    },
    async check() {
      await http.send({ method: 'GET', url: url(path`/greeting`) });
    },
  };
}
