import type { Broker } from './broker.ts';
import { type BrokerName, urlVariables } from './url-variables.ts';

/**
 * Gives a broker that is ready for clients.
 *
 * The one that the environment names (`WAYBILL_SQS_URL`, `WAYBILL_KAFKA_URL`, `WAYBILL_RABBITMQ_URL`,
 * `WAYBILL_REDIS_URL`, `WAYBILL_NATS_URL`) if it does; else a new one in a container. Without a Docker daemon, root on Debian
 * or Ubuntu gets one installed. The first start on a machine takes a minute or two and says on stderr what it does; later ones take seconds.
 *
 * The broker ends with `stop()`, and with this process in any case, even a killed one.
 *
 * @param own whether to start one even if the environment names one, so that it may be restarted, say. Default `false`.
 * @param durable whether what it has accepted has to outlive a kill. Default `false`.
 * @throws where there is no Docker daemon and none can be started, where no image can be had, and where the broker
 * does not start, with the last of its log
 *
 * @example
 * const broker = await startBroker('sqs');
 * const client = new SQSClient({ endpoint: broker.url });
 * // …
 * await broker.stop();
 */
export async function startBroker(
  name: BrokerName,
  { own = false, durable = false }: { readonly own?: boolean; readonly durable?: boolean } = {},
): Promise<Broker> {
  const given = process.env[urlVariables[name]];
  if (given && !own) return { url: given, stop: async () => {} };
  // What drives Docker is large, and loaded only where a container is started.
  const { startInContainer } = await import('./start-in-container.ts');
  return startInContainer(name, durable);
}
