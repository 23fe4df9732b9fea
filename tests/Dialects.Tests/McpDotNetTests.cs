using System.Collections.Concurrent;
using Dialects.Tests.Running;
using Dialects.Tests.Service;
using ModelContextProtocol;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;
using Xunit;

namespace Dialects.Tests;

/// <summary>ModelContextProtocol for .NET: a call with progress.</summary>
public sealed class McpDotNetTests(McpDotNetTests.Sdk sdk) : IClassFixture<McpDotNetTests.Sdk>
{
    [Theory]
    [InlineData("mcp", Cases.Whole)]
    [InlineData("mcp", Cases.Beating)]
    public void Whole(string speaker, string @case) => Expect.Whole(sdk, speaker, @case);

    [Theory]
    [InlineData("mcp", Cases.Cut, "one ", 1, "McpProtocolException", "broke off")]
    [InlineData("mcp", Cases.Drained, "one ", 1, "McpProtocolException", "going down")]
    [InlineData("mcp", Cases.Expired, "one ", 1, "McpProtocolException", "credential")]
    [InlineData("mcp", Cases.Limited, "", 0, "429")]
    public void An_error_that_says_why(string speaker, string @case, string text, int posts, params string[] error) =>
        Expect.Error(sdk, speaker, @case, text, posts, error);

    public sealed class Sdk : DotNetRun
    {
        internal override IReadOnlyDictionary<string, Script> Scripts { get; } = new Dictionary<string, Script>
        {
            // Progress is reported beside the call, and not at all when that is over first.
            ["mcp"] = new McpScript(path => Calls.First(call => path.StartsWith(call.Key, StringComparison.Ordinal)).Value.First),
        };

        private static ConcurrentDictionary<string, Progress> Calls { get; } = new();

        internal override IReadOnlyDictionary<string, Func<Conversation, Task>> Speakers { get; } = new Dictionary<string, Func<Conversation, Task>>
        {
            ["mcp"] = CallAsync,
        };

        private static async Task CallAsync(Conversation with)
        {
            await using var transport = new HttpClientTransport(new HttpClientTransportOptions
            {
                Endpoint = new Uri(with.Address + "/mcp"),
                TransportMode = HttpTransportMode.StreamableHttp,
                AdditionalHeaders = new Dictionary<string, string> { ["Authorization"] = "Bearer " + with.Token },
            });
            await using var client = await McpClient.CreateAsync(transport);
            var progress = Calls[new Uri(with.Address).AbsolutePath] = new Progress();
            var text = "";
            try
            {
                var result = await client.CallToolAsync("count", progress: progress);
                text = string.Concat(result.Content.OfType<TextContentBlock>().Select(block => block.Text));
                with.Seen.IsWhole = true;
            }
            finally
            {
                with.Seen.Text = await progress.First + text;
            }
        }
    }

    private sealed class Progress : IProgress<ProgressNotificationValue>
    {
        private readonly TaskCompletionSource<string?> _first = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<string?> First => _first.Task;

        public void Report(ProgressNotificationValue value) => _first.TrySetResult(value.Message);
    }
}
