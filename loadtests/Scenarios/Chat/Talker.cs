using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using LoadTests.Clients;
using LoadTests.Measures;
using LoadTests.Running.Crowds;
using SseGateway.Protocol;

namespace LoadTests.Scenarios.Chat;

/// <summary>Somebody in a room: signs in, reads the room's stream, says something now and then, and waits to see it come back.</summary>
internal sealed class Talker(
    HttpClient http, Place place, StreamRequest stream, string name, string room, TimeSpan pause, int seed, IMeasured measured) : LoadClient
{
    // A room's list of who is there comes in one event.
    private const int BufferBytes = 32 * 1024;

    private readonly byte[] _mine = Encoding.UTF8.GetBytes($"\"author\":\"{name}\"");
    private long _said;
    private long _seen;

    // Everything it has said has come back.
    public override bool Settled => Interlocked.Read(ref _said) == Interlocked.Read(ref _seen);

    public override async Task RunAsync(CancellationToken leave)
    {
        var begun = TimeProvider.System.GetTimestamp();
        try
        {
            var token = await SignInAsync(leave);
            begun = TimeProvider.System.GetTimestamp();
            var request = stream with { Path = $"/rooms/{room}/events", Fields = [("authorization", $"Bearer {token}")], BufferBytes = BufferBytes };
            using var connection = await EventStreamConnection.OpenAsync(request, "", leave);
            measured.StreamOpened(TimeProvider.System.GetElapsedTime(begun));
            using var over = CancellationTokenSource.CreateLinkedTokenSource(leave);
            var talking = TalkAsync(token, over.Token);
            try
            {
                if (await connection.ReadAsync(Take, leave) == StreamEnd.Cut)
                {
                    measured.StreamCut();
                }
                else
                {
                    measured.StreamEnded();
                }
            }
            finally
            {
                measured.StreamClosed();
                await over.CancelAsync();
                await talking.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
        catch (StreamRefusedException refused)
        {
            measured.Refused(refused.Status, refused.RetryAfter is not null, TimeProvider.System.GetElapsedTime(begun));
        }
        catch (Exception failure) when (failure is IOException or SocketException or HttpRequestException or InvalidDataException or JsonException)
        {
            measured.Failed(TimeProvider.System.GetElapsedTime(begun));
        }
    }

    /// <summary>Says no more.</summary>
    public override void Signal(string word) => _quiet = true;

    private volatile bool _quiet;

    private async Task<string> SignInAsync(CancellationToken leave)
    {
        using var answer = await http.PostAsJsonAsync(new Uri(place.Url, "/login"), new { name }, leave);
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<JsonElement>(leave)).GetProperty("token").GetString()!;
    }

    private async Task TalkAsync(string token, CancellationToken leave)
    {
#pragma warning disable CA5394 // When a client of a load test talks is no secret.
        var random = new Random(seed);
        await Task.Delay(pause * random.NextDouble(), leave);
        while (!_quiet)
        {
            var text = Encoding.ASCII.GetString(Stamp());
            using var message = new HttpRequestMessage(HttpMethod.Post, new Uri(place.Url, $"/rooms/{room}/messages"))
            {
                // A message has a version of its own, which is not that of the client.
                Version = http.DefaultRequestVersion,
                VersionPolicy = http.DefaultVersionPolicy,
                Content = JsonContent.Create(new { text }),
                Headers = { Authorization = new AuthenticationHeaderValue("Bearer", token) },
            };
            Interlocked.Increment(ref _said);
            var posted = TimeProvider.System.GetTimestamp();
            try
            {
                using var answer = await http.SendAsync(message, leave);
                if (!answer.IsSuccessStatusCode)
                {
                    measured.Unsaid(TimeProvider.System.GetElapsedTime(posted));
                }
            }
            catch (HttpRequestException)
            {
                measured.Unsaid(TimeProvider.System.GetElapsedTime(posted));
            }

            await Task.Delay(pause * (0.5 + random.NextDouble()), leave);
        }
#pragma warning restore CA5394
    }

    private byte[] Stamp()
    {
        var text = new byte[StampedData.LeastBytes];
        StampedData.Write(text, Interlocked.Read(ref _said) + 1);
        return text;
    }

    private void Take(Frame frame)
    {
        if (!frame.IsEvent || frame.Type.Length > 0 || !frame.TryGetData(out var data))
        {
            return;
        }

        measured.Event(data.Length);
        var text = data.IndexOf("\"text\":\""u8);
        if (text < 0 || data.IndexOf(_mine) < 0 || !StampedData.TryRead(data[(text + 8)..], out var age, out var number))
        {
            return;
        }

        if (number == Interlocked.Read(ref _seen) + 1)
        {
            measured.RoundTrip(age);
            Interlocked.Increment(ref _seen);
        }
        else
        {
            measured.Repeated();
        }
    }
}
