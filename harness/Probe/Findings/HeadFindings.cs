namespace SseGateway.Harness.Probe.Findings;

/// <summary>What a HEAD request is answered: health checks and link checkers send it.</summary>
internal static class HeadFindings
{
    private const string Topic = "HEAD";

    public static IEnumerable<Finding> Of(ProbeResult result)
    {
        if (result.Head is not { } answer || result.Main.Status != 200)
        {
            return [];
        }

        return
        [
            answer.Status switch
            {
                null => Finding.Warn(
                    Topic,
                    $"{answer.Problem}: tools that ask with HEAD hang, and each of them may hold a stream here",
                    "answer with the head of GET and end there, or with 405",
                    "RFC 9110 9.3.2"),
                200 => Finding.Ok(Topic, $"200 in {ProbeText.Ms(answer.Ms)}, without a body"),
                405 or 501 => Finding.Ok(Topic, $"{answer.Status}: refused, which is allowed"),
                >= 500 => Finding.Warn(
                    Topic,
                    $"{answer.Status}: an error where GET gives 200",
                    "answer with the head of GET, or with 405",
                    "RFC 9110 9.3.2"),
                _ => Finding.Info(
                    Topic,
                    $"{answer.Status} where GET gives 200",
                    "answer with the head of GET, or with 405",
                    "RFC 9110 9.3.2"),
            },
        ];
    }
}
