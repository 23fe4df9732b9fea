using Microsoft.AspNetCore.Http.Features;
using SseGateway.Configuration.Settings.Authentication;

namespace SseGateway.Edge.Credentials;

/// <summary>Finds the credential in a request.</summary>
/// <remarks>
/// With more than one carrier in a request the first of this order counts, and only that one is checked, good or bad: Authorization,
/// API key header, ticket, query parameter, cookie (RFC 6750, 2: never "any good one"). What a client puts in on purpose goes before the
/// cookie, which a browser adds by itself.
/// </remarks>
internal static class RequestCredential
{
    /// <summary>The credential that counts, or null; and all enabled carriers are removed, whichever counts.</summary>
    /// <param name="context">The request.</param>
    /// <param name="authentication">What may carry it.</param>
    /// <param name="keep">True to leave the carriers where they are. A ticket is removed all the same: nobody but the gateway can use it.</param>
    public static Credential? Take(HttpContext context, AuthenticationSettings authentication, bool keep)
    {
        var headers = context.Request.Headers;
        var carriers = authentication.Carriers;
        Credential? credential = null;
        if (carriers.Header && headers.Authorization.Count > 0)
        {
            credential = BearerCredential.Read(headers.Authorization);
            if (!keep)
            {
                headers.Remove("Authorization");
            }
        }

        var keys = authentication.ApiKeys;
        if (keys.Configured && headers.TryGetValue(keys.Header, out var key))
        {
            credential ??= Credential.Of(CredentialCarrier.ApiKeyHeader, key.Count == 1 ? key[0] : null);
            if (!keep)
            {
                headers.Remove(keys.Header);
            }
        }

        if (TryTakeQuery(context, carriers.Ticket, keep: false, out var ticket))
        {
            credential ??= Credential.Of(CredentialCarrier.Ticket, ticket);
        }

        if (TryTakeQuery(context, carriers.Query, keep, out var token))
        {
            credential ??= Credential.Of(CredentialCarrier.Query, token);
        }

        if (carriers.Cookie.Length > 0 && CookieCredential.TryTake(headers.Cookie, carriers.Cookie, out var cookie, out var others))
        {
            credential ??= Credential.Of(CredentialCarrier.Cookie, cookie);
            if (!keep)
            {
                headers.Cookie = others;
            }
        }

        return credential;
    }

    /// <summary>Takes the cookie out, where it was left and turns out not to be the user's own doing.</summary>
    public static void RemoveCookie(HttpContext context, AuthenticationSettings authentication)
    {
        var headers = context.Request.Headers;
        if (authentication.Carriers.Cookie is { Length: > 0 } name && CookieCredential.TryTake(headers.Cookie, name, out _, out var others))
        {
            headers.Cookie = others;
        }
    }

    /// <summary>Takes parameters out of the query, whatever is in them.</summary>
    public static void Redact(HttpContext context, IEnumerable<string> names)
    {
        foreach (var name in names)
        {
            if (QueryCredential.TryTake(context.Request.QueryString, name, out _, out var rest))
            {
                SetQuery(context, rest);
            }
        }
    }

    private static bool TryTakeQuery(HttpContext context, string name, bool keep, out string? value)
    {
        value = null;
        if (name.Length == 0 || !QueryCredential.TryTake(context.Request.QueryString, name, out value, out var rest))
        {
            return false;
        }

        PrivateAnswer.Ask(context);
        if (!keep)
        {
            SetQuery(context, rest);
        }

        return true;
    }

    private static void SetQuery(HttpContext context, QueryString query)
    {
        context.Request.QueryString = query;
        if (context.Features.Get<IHttpRequestFeature>() is { } request && request.RawTarget.IndexOf('?', StringComparison.Ordinal) is >= 0 and var mark)
        {
            request.RawTarget = string.Concat(request.RawTarget.AsSpan(0, mark), query.Value);
        }
    }
}
