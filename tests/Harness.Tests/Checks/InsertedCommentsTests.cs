using SseGateway.Harness.Checks.Bodies;
using SseGateway.Harness.Wire;
using Xunit;

namespace Harness.Tests.Checks;

public sealed class InsertedCommentsTests
{
    [Theory]
    [InlineData(@"data: a\n\ndata: b\n\n", @"data: a\n\n:\n\ndata: b\n\n")]
    [InlineData(@"data: a\n\n", @":hello\ndata: a\n\n: bye\n\n")]
    [InlineData(@": own\n\ndata: a\n\n", @": own\n\n:\n\ndata: a\n\n")]
    [InlineData(@"data: a\r\r", @"data: a\r\r:\n\n")]
    [InlineData(@"data: a\n\n\n", @"data: a\n\n:\n\n")]
    [InlineData(@"data: a\ndata: b\n\n", @"data: a\n:\ndata: b\n:\n\n")]
    [InlineData(@"data: a\r\ndata: b\r\n\r\n", @"data: a\r\n:\ndata: b\r\n:\n\r\n:\n")]
    [InlineData(@"retry: 5\n", @"retry: 5\n:\n:\n")]
    public void Whole_comments_between_lines_are_taken_out(string sent, string got) => Assert.Equal(sent, TakenOut(sent, got));

    [Theory]
    [InlineData(@"data: ab\n\n", @"data: a:\n\nb\n\n")]
    [InlineData(@"data: a\ndata: b\n\n", @"data: a\n:\n\ndata: b\n\n")]
    [InlineData(@"\xEF\xBB\xBFdata: a\n\n", @":\n\n\xEF\xBB\xBFdata: a\n\n")]
    [InlineData(@"data: a\r\n\r\ndata: b\n\n", @"data: a\r\n\r:\n\n\ndata: b\n\n")]
    public void Comments_elsewhere_stay_and_so_differ(string sent, string got) => Assert.Equal(got, TakenOut(sent, got));

    private static string TakenOut(string sent, string got) => Bytes.Escape(InsertedComments.TakeOut(Bytes.Unescape(sent), Bytes.Unescape(got)));
}
