import process from 'node:process';

/** The environment variables of this process. */
export const environment: Readonly<Record<string, string | undefined>> = process.env;
