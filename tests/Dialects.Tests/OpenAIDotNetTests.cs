using System.ClientModel;
using System.ClientModel.Primitives;
using Dialects.Tests.Running;
using Dialects.Tests.Service;
using OpenAI;
using OpenAI.Chat;
using OpenAI.Responses;
using Xunit;

namespace Dialects.Tests;

/// <summary>OpenAI for .NET: chat completions and responses.</summary>
public sealed class OpenAIDotNetTests(OpenAIDotNetTests.Sdk sdk) : IClassFixture<OpenAIDotNetTests.Sdk>
{
    [Theory]
    [InlineData("chat", Cases.Whole)]
    [InlineData("chat", Cases.Beating)]
    [InlineData("responses", Cases.Whole)]
    [InlineData("responses", Cases.Beating)]
    public void Whole(string speaker, string @case) => Expect.Whole(sdk, speaker, @case);

    [Theory]
    [InlineData("chat", Cases.Cut, "one ", 1)]
    [InlineData("chat", Cases.Drained, "one ", 1)]
    [InlineData("chat", Cases.Expired, "one ", 1)]
    [InlineData("chat", Cases.Limited, "", 0, "429", "Too many streams")]
    [InlineData("responses", Cases.Cut, "one ", 1, "gateway_upstream_failed")]
    [InlineData("responses", Cases.Drained, "one ", 1, "gateway_drained")]
    [InlineData("responses", Cases.Expired, "one ", 1, "gateway_expired")]
    [InlineData("responses", Cases.Limited, "", 0, "429", "Too many streams")]
    public void An_error_that_says_why(string speaker, string @case, string text, int posts, params string[] error) =>
        Expect.Error(sdk, speaker, @case, text, posts, error);

    public sealed class Sdk : DotNetRun
    {
        internal override IReadOnlyDictionary<string, Script> Scripts { get; } = new Dictionary<string, Script>
        {
            ["chat"] = new ChatScript(),
            ["responses"] = new ResponsesScript(),
        };

        internal override IReadOnlyDictionary<string, Func<Conversation, Task>> Speakers { get; } = new Dictionary<string, Func<Conversation, Task>>
        {
            ["chat"] = ChatAsync,
            ["responses"] = RespondAsync,
        };

        private static async Task ChatAsync(Conversation with)
        {
            var client = new ChatClient(
                "m", new ApiKeyCredential(with.Token), new OpenAIClientOptions { Endpoint = Endpoint(with), RetryPolicy = Retries(with) });
            await foreach (var update in client.CompleteChatStreamingAsync(new UserChatMessage("count")))
            {
                with.Seen.Text += string.Concat(update.ContentUpdate.Select(part => part.Text));
                with.Seen.IsWhole |= update.FinishReason == ChatFinishReason.Stop;
            }
        }

        private static async Task RespondAsync(Conversation with)
        {
            var client = new ResponsesClient(
                new ApiKeyCredential(with.Token), new ResponsesClientOptions { Endpoint = Endpoint(with), RetryPolicy = Retries(with) });
            await foreach (var update in await client.CreateResponseStreamingAsync("m", "count"))
            {
                with.Seen.Text += update is StreamingResponseOutputTextDeltaUpdate delta ? delta.Delta : "";
                with.Seen.IsWhole |= update is StreamingResponseCompletedUpdate;
                if (update is StreamingResponseErrorUpdate error)
                {
                    // It is given to the application, and not thrown.
                    throw new InvalidOperationException($"{error.Code}: {error.Message}");
                }
            }
        }

        private static Uri Endpoint(Conversation with) => new(with.Address + "/v1");

        private static ClientRetryPolicy Retries(Conversation with) => with.MayRetry ? new() : new(0);
    }
}
