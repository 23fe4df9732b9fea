using System.Net;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using Chat.Tests.Running;
using Xunit;

namespace Chat.Tests.Page;

public sealed partial class PageTests
{
    [Fact]
    public async Task Page_is_for_everybody_and_runs_nothing_but_its_own_files()
    {
        await using var server = await ChatServer.StartAsync();

        using var response = await server.Client().Http.GetAsync("", Deadline.Token());
        var html = await response.Content.ReadAsStringAsync(Deadline.Token());
        var policy = Assert.Single(response.Headers.GetValues("Content-Security-Policy"));

        Assert.Equal("text/html; charset=utf-8", response.Content.Headers.ContentType?.ToString());
        Assert.Contains("default-src 'self'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("style=", html, StringComparison.Ordinal);
        Assert.DoesNotMatch(InlineHandler(), html);
        Assert.All(ScriptTag().Matches(html), script => Assert.Contains("src=", script.Value, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Every_file_that_the_page_names_is_there_with_its_type()
    {
        await using var server = await ChatServer.StartAsync();
        var http = server.Client().Http;
        var open = new Queue<string>([""]);
        var seen = new HashSet<string>();

        while (open.TryDequeue(out var path))
        {
            if (!seen.Add(path))
                continue;
            using var response = await http.GetAsync(path, Deadline.Token());
            Assert.True(response.StatusCode == HttpStatusCode.OK, $"{path} is {response.StatusCode}");
            var text = await response.Content.ReadAsStringAsync(Deadline.Token());
            if (path.EndsWith(".js", StringComparison.Ordinal))
                Assert.Equal("text/javascript", response.Content.Headers.ContentType?.MediaType);
            foreach (Match match in path.EndsWith(".js", StringComparison.Ordinal) ? Import().Matches(text) : Link().Matches(text))
                open.Enqueue(path.EndsWith(".js", StringComparison.Ordinal) ? $"js/{match.Groups[1].Value}" : match.Groups[1].Value);
        }

        Assert.Contains("js/main.js", seen);
        Assert.Contains("js/connection.js", seen);
        Assert.Contains("css/base.css", seen);
    }

    [Fact]
    public async Task Unchanged_file_is_304()
    {
        await using var server = await ChatServer.StartAsync();
        var http = server.Client().Http;
        using var first = await http.GetAsync("js/main.js", Deadline.Token());

        using var request = new HttpRequestMessage(HttpMethod.Get, "js/main.js");
        request.Headers.IfNoneMatch.Add(first.Headers.ETag ?? EntityTagHeaderValue.Any);
        using var second = await http.SendAsync(request, Deadline.Token());

        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
    }

    [Fact]
    public async Task Unknown_path_is_a_problem()
    {
        await using var server = await ChatServer.StartAsync();

        using var response = await server.Client().Http.GetAsync("js/../../chat.db", Deadline.Token());

        await ProblemAssert.IsAsync(HttpStatusCode.NotFound, response);
    }

    [GeneratedRegex("""\son[a-z]+\s*=""")]
    private static partial Regex InlineHandler();

    [GeneratedRegex("<script[^>]*>")]
    private static partial Regex ScriptTag();

    [GeneratedRegex("""from '\./([^']+)'""")]
    private static partial Regex Import();

    [GeneratedRegex("""(?:src|href)="([^"#]+)["]""")]
    private static partial Regex Link();
}
