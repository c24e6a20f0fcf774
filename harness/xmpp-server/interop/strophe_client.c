/* A client made with libstrophe. Arguments: host port jid password ca peer.
 * It binds, pings the server, asks the peer, and answers Connection Requests. */
#include <stdio.h>
#include <stdlib.h>
#include <strophe.h>

static const char *peer;

static int answered(xmpp_conn_t *conn, xmpp_stanza_t *stanza, void *userdata)
{
    xmpp_stanza_t *time = xmpp_stanza_get_child_by_name(stanza, "time");
    char *text = time == NULL ? NULL : xmpp_stanza_get_text(time);
    printf("answer %s\n", text == NULL ? xmpp_stanza_get_type(stanza) : text);
    return 0;
}

static void ask(xmpp_conn_t *conn, const char *id, const char *to, const char *name, const char *ns, xmpp_handler handler)
{
    xmpp_ctx_t *ctx = xmpp_conn_get_context(conn);
    xmpp_stanza_t *iq = xmpp_iq_new(ctx, "get", id);
    xmpp_stanza_t *child = xmpp_stanza_new(ctx);
    xmpp_stanza_set_to(iq, to);
    xmpp_stanza_set_name(child, name);
    xmpp_stanza_set_ns(child, ns);
    xmpp_stanza_add_child(iq, child);
    xmpp_stanza_release(child);
    xmpp_id_handler_add(conn, handler, id, NULL);
    xmpp_send(conn, iq);
    xmpp_stanza_release(iq);
}

static int ponged(xmpp_conn_t *conn, xmpp_stanza_t *stanza, void *userdata)
{
    printf("pong\n");
    ask(conn, "time", peer, "time", "urn:test:time", answered);
    return 0;
}

static int requested(xmpp_conn_t *conn, xmpp_stanza_t *stanza, void *userdata)
{
    xmpp_stanza_t *reply = xmpp_stanza_reply(stanza);
    xmpp_stanza_set_type(reply, "result");
    xmpp_send(conn, reply);
    xmpp_stanza_release(reply);
    return 1;
}

static void connected(xmpp_conn_t *conn, xmpp_conn_event_t event, int error, xmpp_stream_error_t *stream_error, void *userdata)
{
    if (event != XMPP_CONN_CONNECT) {
        printf("error %d\n", error);
        xmpp_stop(xmpp_conn_get_context(conn));
        return;
    }
    printf("bound %s\n", xmpp_conn_get_bound_jid(conn));
    xmpp_handler_add(conn, requested, "urn:broadband-forum-org:cwmp:xmppConnReq-1-0", "iq", "get", NULL);
    ask(conn, "ping", "xmpp.test", "ping", "urn:xmpp:ping", ponged);
}

int main(int argc, char **argv)
{
    setvbuf(stdout, NULL, _IOLBF, 0);
    peer = argv[6];
    xmpp_initialize();
    xmpp_ctx_t *ctx = xmpp_ctx_new(NULL, NULL);
    xmpp_conn_t *conn = xmpp_conn_new(ctx);
    xmpp_conn_set_flags(conn, XMPP_CONN_FLAG_MANDATORY_TLS);
    xmpp_conn_set_cafile(conn, argv[5]);
    xmpp_conn_set_jid(conn, argv[3]);
    xmpp_conn_set_pass(conn, argv[4]);
    if (xmpp_connect_client(conn, argv[1], (unsigned short)atoi(argv[2]), connected, ctx) == XMPP_EOK)
        xmpp_run(ctx);
    xmpp_conn_release(conn);
    xmpp_ctx_free(ctx);
    xmpp_shutdown();
    return 0;
}
