using System.IO.Compression;
using System.Net.Http.Headers;
using System.Text;

namespace SseGateway.Harness.Probe.Visits;

/// <summary>Opens the stream and watches it for a while.</summary>
internal static class Visitor
{
    private const long MostBytes = 32 << 20;

    /// <param name="options">What is looked at.</param>
    /// <param name="headers">Of this request.</param>
    /// <param name="length">How long it may take, connecting included.</param>
    /// <param name="enough">Asked after the head and after each read; true ends the visit. It may be asked from another thread than the caller's.</param>
    /// <param name="cancellation">Ends the visit as if its time were up.</param>
    public static async Task<Visit> VisitAsync(
        ProbeOptions options, IEnumerable<KeyValuePair<string, string>> headers, TimeSpan length, Func<Visit, bool>? enough, CancellationToken cancellation)
    {
        using var client = new ProbeClient(options);
        using var time = new CancellationTokenSource(length, options.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(time.Token, cancellation);
        var visit = new Visit();
        try
        {
            using var response = await client.SendAsync(HttpMethod.Get, headers, either.Token);
            visit.HeadMs = client.ElapsedMs;
            (visit.HttpVersion, visit.Status) = (response.Version, (int)response.StatusCode);
            (visit.Headers, visit.ContentHeaders) = (response.Headers, response.Content.Headers);
            visit.End = VisitEnd.Open;
            if (enough?.Invoke(visit) == true)
            {
                visit.End = VisitEnd.Enough;
            }
            else
            {
                await ReadAsync(visit, client, response, enough, either.Token);
            }
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested)
        {
            if (visit.HeadMs is null && client.ConnectedMs is null)
            {
                (visit.End, visit.Problem) = (VisitEnd.NotReachable, "no connection in time");
            }
        }
        catch (OperationCanceledException)
        {
            (visit.End, visit.Problem) = (VisitEnd.NotReachable, $"no connection within {ProbeClient.ConnectTimeout.TotalSeconds:0} s");
        }
        catch (HttpRequestException failure)
        {
            visit.Problem = Innermost(failure);
            visit.End = client.SecuredMs is null ? VisitEnd.NotReachable : VisitEnd.NoAnswer;
        }
        catch (Exception failure) when (failure is InvalidDataException)
        {
            (visit.End, visit.Problem) = (VisitEnd.BadEncoding, failure.Message);
        }
        catch (Exception failure) when (failure is IOException)
        {
            (visit.End, visit.Problem) = (visit.HeadMs is null ? VisitEnd.NoAnswer : VisitEnd.Unclean, Innermost(failure));
        }

        (visit.ConnectingMs, visit.ConnectedMs, visit.SecuredMs, visit.EndMs) = (client.ConnectingMs, client.ConnectedMs, client.SecuredMs, client.ElapsedMs);
        return visit;
    }

    private static async Task ReadAsync(Visit visit, ProbeClient client, HttpResponseMessage response, Func<Visit, bool>? enough,
        CancellationToken cancellation)
    {
        await using var body = Decoded(await response.Content.ReadAsStreamAsync(cancellation), response.Content.Headers);
        var buffer = new byte[64 << 10];
        var last = client.ElapsedMs;
        try
        {
            while (visit.Bytes < MostBytes)
            {
                var count = await body.ReadAsync(buffer, cancellation);
                if (count == 0)
                {
                    visit.End = VisitEnd.Clean;
                    return;
                }

                var now = client.ElapsedMs;
                visit.LongestSilenceMs = Math.Max(visit.LongestSilenceMs, now - last);
                last = now;
                Take(visit, buffer.AsSpan(0, count), now);
                if (enough?.Invoke(visit) == true)
                {
                    break;
                }
            }

            visit.End = VisitEnd.Enough;
        }
        finally
        {
            visit.LongestSilenceMs = Math.Max(visit.LongestSilenceMs, client.ElapsedMs - last);
        }
    }

    private static void Take(Visit visit, ReadOnlySpan<byte> bytes, double now)
    {
        visit.FirstByteMs ??= now;
        visit.Bytes += bytes.Length;
        visit.Writes++;
        if (!visit.IsEventStream)
        {
            const int mostShown = 200;
            visit.BodyStart ??= Encoding.UTF8.GetString(bytes[..Math.Min(bytes.Length, mostShown)]);
        }

        var comments = visit.Reader.Notes.Comments;
        foreach (var read in visit.Reader.Read(bytes))
        {
            if (visit.Events.Count < Visit.MostEvents)
            {
                const int mostKept = 200;
                visit.Events.Add(new SeenEvent(now, read.Data.Length > mostKept ? read with { Data = read.Data[..mostKept] } : read, visit.Writes));
            }
        }

        if (visit.Reader.Notes.Comments > comments && visit.CommentTimes.Count < Visit.MostEvents)
        {
            visit.CommentTimes.Add(now);
        }

        if (visit.Reader.IsInsideBlock)
        {
            visit.WritesInsideBlock++;
        }
    }

    // Only the encodings that are asked for; with others the bytes are read as they are and say enough.
    private static Stream Decoded(Stream body, HttpContentHeaders headers) => headers.ContentEncoding.LastOrDefault()?.ToLowerInvariant() switch
    {
        "gzip" or "x-gzip" => new GZipStream(body, CompressionMode.Decompress),
        "br" => new BrotliStream(body, CompressionMode.Decompress),
        _ => body,
    };

    private static string Innermost(Exception failure)
    {
        while (failure.InnerException is { } inner && failure is not System.Security.Authentication.AuthenticationException)
        {
            failure = inner;
        }

        return failure.Message.ReplaceLineEndings(" ").TrimEnd('.');
    }
}
