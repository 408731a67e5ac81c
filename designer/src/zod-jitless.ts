import { z } from 'zod';

/** The content security policy forbids code generation: set before any schema is made, hence the first import. */
z.config({ jitless: true });
