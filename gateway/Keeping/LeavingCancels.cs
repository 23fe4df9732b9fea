namespace SseGateway.Keeping;

/// <summary>Requests whose client says by leaving that it does not want the answer.</summary>
internal static class LeavingCancels
{
    // Model Context Protocol, revision 2026-07-28: it has no sessions and resumes nothing, and closing the response is the cancellation. Revisions are dates,
    // and those to come have it from this one.
    private const string FirstRevision = "2026-07-28";

    private const string RevisionField = "MCP-Protocol-Version";

    public static bool Is(HttpRequest request) =>
        request.Headers[RevisionField] is [{ } revision] && string.CompareOrdinal(revision, FirstRevision) >= 0;
}
