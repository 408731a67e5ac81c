import { z } from 'zod';

export const docs = 'https://docs.theopenlane.io';

/** The description of the REST API, as each installation serves it. */
export const apiDocs = 'https://api.theopenlane.io/api-docs';

/** A responsibility that people and groups may have in the organisation beside their membership. */
export const role = z.object({ id: z.string(), name: z.string(), description: z.string().optional() });

export const organisationId = '01J4HMNDSZCCQBTY93BF9CBF5D';
