using Gateway.Tests.Wire;
using Microsoft.Extensions.Time.Testing;
using SseGateway.Transport.Upstream;
using Xunit;

namespace Gateway.Tests.Transport.Upstream;

public sealed class HeadDeadlineTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(1);

    private readonly FakeTimeProvider _time = new();

    private static CancellationToken Test => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_head_that_does_not_come_in_time_is_a_head_timeout()
    {
        using var request = Request();
        var answer = Send(Silent, request, Test);

        _time.Advance(Limit - Moment);
        Assert.False(answer.IsCompleted);
        _time.Advance(Moment);

        await Assert.ThrowsAsync<HeadTimeoutException>(() => Deadline.ForAsync(answer));
    }

    [Fact]
    public async Task The_time_of_an_upload_does_not_count()
    {
        var upload = new TaskCompletionSource();
        using var request = Request();
        request.Method = HttpMethod.Post;
        request.Content = new StreamContent(new SlowBody(upload.Task));
        var answer = Send(
            async (message, cancellation) =>
            {
                await message.Content!.CopyToAsync(Stream.Null, cancellation);
                return await Silent(message, cancellation);
            },
            request,
            Test);

        _time.Advance(10 * Limit);
        Assert.False(answer.IsCompleted);
        upload.SetResult();
        await Deadline.UntilAsync(
            () =>
            {
                _time.Advance(Limit);
                return Task.FromResult(answer.IsCompleted);
            },
            "the deadline after the upload");

        await Assert.ThrowsAsync<HeadTimeoutException>(() => answer);
    }

    [Fact]
    public async Task Once_the_head_is_here_the_limit_has_no_effect()
    {
        CancellationToken given = default;
        using var request = Request();

        using var response = await Send(
            (_, cancellation) =>
            {
                given = cancellation;
                return Task.FromResult(new HttpResponseMessage());
            },
            request,
            Test);
        _time.Advance(10 * Limit);

        Assert.False(given.IsCancellationRequested);
    }

    [Fact]
    public async Task A_caller_that_gives_up_gets_its_own_cancellation()
    {
        using var caller = new CancellationTokenSource();
        using var request = Request();
        var answer = Send(Silent, request, caller.Token);

        await caller.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Deadline.ForAsync(answer));
    }

    [Fact]
    public async Task A_cancellation_from_inside_such_as_a_connect_timeout_is_passed_on_as_it_is()
    {
        var connect = new TaskCanceledException("connect", new TimeoutException());
        using var request = Request();

        var thrown = await Assert.ThrowsAsync<TaskCanceledException>(
            () => Send((_, _) => Task.FromException<HttpResponseMessage>(connect), request, Test));

        Assert.Same(connect, thrown);
    }

    [Fact]
    public async Task A_request_without_a_limit_waits_as_long_as_its_caller()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "http://upstream.test/");
        using var caller = new CancellationTokenSource();
        var answer = Send(Silent, request, caller.Token);

        _time.Advance(TimeSpan.FromDays(1));
        Assert.False(answer.IsCompleted);

        await caller.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Deadline.ForAsync(answer));
    }

    private static HttpRequestMessage Request()
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "http://upstream.test/");
        HeadDeadline.Set(request, Limit);
        return request;
    }

    private static async Task<HttpResponseMessage> Silent(HttpRequestMessage request, CancellationToken cancellation)
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, cancellation);
        return new HttpResponseMessage();
    }

    private async Task<HttpResponseMessage> Send(
        Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> upstream, HttpRequestMessage request, CancellationToken cancellation)
    {
        using var handler = new HeadDeadline(new StubHandler(upstream), _time);
        using var http = new HttpMessageInvoker(handler);
        return await http.SendAsync(request, cancellation);
    }

    private sealed class SlowBody(Task end) : MemoryStream
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await end.WaitAsync(cancellationToken);
            return 0;
        }

        public override async Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken) =>
            await end.WaitAsync(cancellationToken);
    }
}
