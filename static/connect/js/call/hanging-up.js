// @ts-check
// Hang up works without the server: it is said until it is answered, over as many sockets as that takes.

const HEARD_WITHIN = 3000;
const AGAIN_AFTER = 1000;

/**
 * @param {{ ask: (message: object, within: number) => Promise<any> }} socket
 * @param {{ saidAt: string, isOver: () => boolean }} call saidAt: by the server's clock; isOver: nobody need hear it any more
 */
export async function untilHeard(socket, { saidAt, isOver }) {
  while (!isOver()) {
    const reply = await socket.ask({ type: "hang_up", said_at: saidAt }, HEARD_WITHIN).catch(() => null);
    if (reply?.type === "hung_up") return;
    await new Promise((resolve) => setTimeout(resolve, AGAIN_AFTER));
  }
}
