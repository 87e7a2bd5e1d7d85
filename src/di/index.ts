/**
 * `partita/di`: an application put together by an inversify container, in which any part can be replaced. Needs the packages
 * inversify and reflect-metadata. Core knows nothing of it.
 *
 * @module
 */
export type { Container, ContainerModule } from 'inversify';
export { type AppContainer, appContainer, appFrom } from './app-container.ts';
export { backendModule } from './backend-module.ts';
export { eventHubsModule } from './backends/event-hubs-module.ts';
export { kafkaModule } from './backends/kafka-module.ts';
export { memoryModule } from './backends/memory-module.ts';
export { type AnyClass, perRecord, singleton } from './bindings.ts';
export type { HandlerInstance } from './class-handler.ts';
export { type ConfigModuleOptions, configModule, handlerModule } from './config-module.ts';
export type { ConsumerDeclaration } from './consumer-declaration.ts';
export { type ClassConsumerOptions, consumerModule } from './consumer-module.ts';
export { type Service, type ServicesFor, type Token, token } from './token.ts';
export { type AppSettings, type AppTokens, tokens } from './tokens.ts';
