/* RTP load generator: paces Opus packets on many already-keyed SRTP legs and measures what comes
 * back.  Keys, sockets and peers are supplied by Python after ICE and DTLS; nothing here
 * negotiates.  Kernel receive timestamps are used, so that this process's own scheduling does not
 * count as a delay of the bridge. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>

#include <srtp2/srtp.h>

#define DELAY_BINS 10000 /* 0.1 ms each; one more for what is longer */
#define GAP_BINS 2000    /* 1 ms each; one more for what is longer */
#define HASH_SLOTS 16384
#define FRAME_SECONDS 0.02
#define REPORT_EVERY 250 /* frames: 5 s */

typedef void (*stun_cb)(int leg, const uint8_t *data, int length);

typedef struct {
    int fd, peer, position, marked;
    struct sockaddr_in to;
    srtp_t tx, rx;
    uint32_t ssrc, timestamp;
    uint16_t sequence;
    uint8_t payload_type;
    double *sent_at; /* per frame, last time round */
    double last_arrival;
    uint64_t sent, received, refused, matched;
} leg_t;

static leg_t *legs;
static int leg_count, epoll_fd;
static const uint8_t *frames;
static const int *offsets;
static int frame_count;
static int slots[HASH_SLOTS];
static uint32_t delays[DELAY_BINS + 1], gaps[GAP_BINS + 1];
static volatile int stopping, counting;
static double latest_send;
static uint64_t late_sends;

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return t.tv_sec + t.tv_nsec * 1e-9;
}

static uint32_t hash(const uint8_t *data, int length)
{
    uint32_t h = 2166136261u ^ length;
    for (int i = 0; i < length && i < 24; i++)
        h = (h ^ data[i]) * 16777619u;
    return h % HASH_SLOTS;
}

static int frame_of(const uint8_t *data, int length)
{
    for (uint32_t h = hash(data, length); slots[h] >= 0; h = (h + 1) % HASH_SLOTS) {
        int i = slots[h];
        if (offsets[i + 1] - offsets[i] == length && !memcmp(frames + offsets[i], data, length))
            return i;
    }
    return -1;
}

int lg_init(int capacity, const uint8_t *data, const int *data_offsets, int count)
{
    legs = calloc(capacity, sizeof *legs);
    epoll_fd = epoll_create1(0);
    frames = data;
    offsets = data_offsets;
    frame_count = count;
    for (int i = 0; i < HASH_SLOTS; i++)
        slots[i] = -1;
    for (int i = 0; i < count; i++) {
        uint32_t h = hash(data + offsets[i], offsets[i + 1] - offsets[i]);
        while (slots[h] >= 0)
            h = (h + 1) % HASH_SLOTS;
        slots[h] = i;
    }
    return (int)srtp_init();
}

static srtp_t session(int profile, uint8_t *key, int inbound)
{
    srtp_policy_t p;
    memset(&p, 0, sizeof p);
    srtp_crypto_policy_set_from_profile_for_rtp(&p.rtp, (srtp_profile_t)profile);
    srtp_crypto_policy_set_from_profile_for_rtcp(&p.rtcp, (srtp_profile_t)profile);
    p.key = key;
    p.ssrc.type = inbound ? ssrc_any_inbound : ssrc_any_outbound;
    p.window_size = 1024;
    p.allow_repeat_tx = 1;
    srtp_t s = NULL;
    return srtp_create(&s, &p) == srtp_err_status_ok ? s : NULL;
}

int lg_add(int fd, const char *ip, int port, int profile, uint8_t *tx_key, uint8_t *rx_key,
           uint32_t ssrc, int payload_type)
{
    leg_t *g = &legs[leg_count];
    g->fd = fd;
    g->to.sin_family = AF_INET;
    g->to.sin_port = htons(port);
    inet_aton(ip, &g->to.sin_addr);
    g->tx = session(profile, tx_key, 0);
    g->rx = session(profile, rx_key, 1);
    if (!g->tx || !g->rx)
        return -1;
    g->ssrc = ssrc;
    g->payload_type = payload_type;
    g->sequence = rand() & 0x3fff;
    g->timestamp = rand();
    g->peer = -1;
    g->position = (leg_count * 37) % frame_count;
    g->sent_at = calloc(frame_count, sizeof(double));
    int on = 1, size = 1 << 20;
    setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on);
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
    struct epoll_event e = {.events = EPOLLIN, .data.u32 = leg_count};
    epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &e);
    return leg_count++;
}

void lg_pair(int a, int b)
{
    legs[a].peer = b;
    legs[b].peer = a;
}

void lg_count(int on)
{
    if (on) {
        memset(delays, 0, sizeof delays);
        memset(gaps, 0, sizeof gaps);
        latest_send = 0;
        late_sends = 0;
        for (int i = 0; i < leg_count; i++) {
            legs[i].sent = legs[i].received = legs[i].refused = legs[i].matched = 0;
            legs[i].last_arrival = 0;
        }
    }
    counting = on;
}

void lg_stop(void) { stopping = 1; }

void lg_stats(int i, uint64_t *out)
{
    leg_t *g = &legs[i];
    out[0] = g->sent;
    out[1] = g->received;
    out[2] = g->refused;
    out[3] = g->matched;
}

uint32_t *lg_delays(void) { return delays; }
uint32_t *lg_gaps(void) { return gaps; }
double lg_latest_send(void) { return latest_send; }
uint64_t lg_late_sends(void) { return late_sends; }

static void put32(uint8_t *b, uint32_t v)
{
    b[0] = v >> 24;
    b[1] = v >> 16;
    b[2] = v >> 8;
    b[3] = v;
}

static int out_to(leg_t *g, const uint8_t *data, int length)
{
    return sendto(g->fd, data, length, MSG_DONTWAIT, (struct sockaddr *)&g->to, sizeof g->to);
}

static void send_one(leg_t *g)
{
    uint8_t b[1600];
    int k = g->position, length = offsets[k + 1] - offsets[k];
    b[0] = 0x80;
    b[1] = g->payload_type | (g->marked ? 0 : 0x80);
    b[2] = g->sequence >> 8;
    b[3] = g->sequence;
    put32(b + 4, g->timestamp);
    put32(b + 8, g->ssrc);
    memcpy(b + 12, frames + offsets[k], length);
    g->marked = 1;
    g->sequence++;
    g->timestamp += 960;
    g->position = (k + 1) % frame_count;
    g->sent_at[k] = now();
    length += 12;
    if (srtp_protect(g->tx, b, &length) == srtp_err_status_ok)
        if (out_to(g, b, length) == length && counting)
            g->sent++;
}

static void send_report(leg_t *g)
{
    uint8_t b[256] = {0x80, 201, 0, 1}, description[12] = {0x81, 202, 0, 2};
    put32(b + 4, g->ssrc);
    put32(description + 4, g->ssrc);
    description[8] = 1;
    memcpy(b + 8, description, 12);
    int length = 20;
    if (srtp_protect_rtcp(g->tx, b, &length) == srtp_err_status_ok)
        out_to(g, b, length);
}

static int bin(double value, int most) { return value < 0 ? 0 : value >= most ? most : (int)value; }

static void arrived(leg_t *g, const uint8_t *payload, int length, double t)
{
    g->received++;
    if (g->last_arrival)
        gaps[bin((t - g->last_arrival) * 1000, GAP_BINS)]++;
    g->last_arrival = t;
    int frame = g->peer >= 0 ? frame_of(payload, length) : -1;
    if (frame >= 0 && legs[g->peer].sent_at[frame]) {
        g->matched++;
        delays[bin((t - legs[g->peer].sent_at[frame]) * 10000, DELAY_BINS)]++;
    }
}

/* One datagram per event: level-triggered epoll spares the call that would say EAGAIN. */
static void receive(int i, stun_cb answer)
{
    leg_t *g = &legs[i];
    uint8_t b[2048], control[256];
    struct iovec v = {b, sizeof b};
    struct msghdr m = {.msg_iov = &v, .msg_iovlen = 1,
                       .msg_control = control, .msg_controllen = sizeof control};
    int length = recvmsg(g->fd, &m, MSG_DONTWAIT);
    double t = 0;
    if (length < 12)
        return;
    for (struct cmsghdr *h = CMSG_FIRSTHDR(&m); h; h = CMSG_NXTHDR(&m, h))
        if (h->cmsg_level == SOL_SOCKET && h->cmsg_type == SCM_TIMESTAMPNS) {
            struct timespec ts;
            memcpy(&ts, CMSG_DATA(h), sizeof ts);
            t = ts.tv_sec + ts.tv_nsec * 1e-9;
        }
    if (b[0] < 4)
        answer(i, b, length);
    if (b[0] < 128 || b[0] > 191 || (b[1] >= 192 && b[1] <= 223))
        return;
    if (srtp_unprotect(g->rx, b, &length) != srtp_err_status_ok) {
        g->refused++;
        return;
    }
    int start = 12 + 4 * (b[0] & 15);
    if (b[0] & 16)
        start += 4 + 4 * ((b[start + 2] << 8) | b[start + 3]);
    int size = length - start - (b[0] & 32 ? b[length - 1] : 0);
    if (size > 0 && counting)
        arrived(g, b + start, size, t ? t : now());
}

void lg_loop(stun_cb answer)
{
    struct epoll_event events[256];
    int k = 0;
    uint64_t cycle = 0;
    double base = now() + 0.01, due;
    stopping = 0;
    while (!stopping && leg_count) {
        double t = now();
        while ((due = base + FRAME_SECONDS * (cycle + (double)k / leg_count)) <= t) {
            if (counting && t - due > latest_send)
                latest_send = t - due;
            if (counting && t - due > 0.005)
                late_sends++;
            send_one(&legs[k]);
            if ((cycle + k * 7) % REPORT_EVERY == 0)
                send_report(&legs[k]);
            if (++k == leg_count) {
                k = 0;
                cycle++;
            }
        }
        double wait = due - now();
        struct timespec timeout = {0, wait > 0 ? (long)(wait * 1e9) : 0};
        int n = epoll_pwait2(epoll_fd, events, 256, &timeout, NULL);
        for (int i = 0; i < n; i++)
            receive(events[i].data.u32, answer);
    }
}
