using Dialects.Tests.Running;
using Dialects.Tests.Service;
using ModelContextProtocol;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;
using Xunit;

namespace Dialects.Tests;

/// <summary>ModelContextProtocol for .NET: a call with progress, after three POSTs that begin the session.</summary>
public sealed class McpDotNetTests(McpDotNetTests.Sdk sdk) : IClassFixture<McpDotNetTests.Sdk>
{
    [Theory]
    [InlineData("mcp", Cases.Whole)]
    [InlineData("mcp", Cases.Beating)]
    public void Whole(string speaker, string @case) => Expect.Whole(sdk, speaker, @case, posts: 4);

    [Theory]
    [InlineData("mcp", Cases.Cut, "one ", 4, "McpProtocolException", "broke off")]
    [InlineData("mcp", Cases.Drained, "one ", 4, "McpProtocolException", "going down")]
    [InlineData("mcp", Cases.Expired, "one ", 4, "McpProtocolException", "credential")]
    [InlineData("mcp", Cases.Limited, "", 0, "429")]
    public void An_error_that_says_why(string speaker, string @case, string text, int posts, params string[] error) =>
        Expect.Error(sdk, speaker, @case, text, posts, error);

    public sealed class Sdk : DotNetRun
    {
        internal override IReadOnlyDictionary<string, Script> Scripts { get; } = new Dictionary<string, Script> { ["mcp"] = new McpScript() };

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
            var result = await client.CallToolAsync("count", progress: new Progress(with.Seen));
            with.Seen.Text += string.Concat(result.Content.OfType<TextContentBlock>().Select(block => block.Text));
            with.Seen.IsWhole = true;
        }
    }

    private sealed class Progress(Seen seen) : IProgress<ProgressNotificationValue>
    {
        public void Report(ProgressNotificationValue value) => seen.Text += value.Message;
    }
}
