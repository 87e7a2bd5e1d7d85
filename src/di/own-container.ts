import type { Container } from 'inversify';
import { type Token, token } from './token.ts';

/** Internal: the container that a binding is in, for what makes objects later. */
export const ownContainer: Token<Container> = token('partita container');
