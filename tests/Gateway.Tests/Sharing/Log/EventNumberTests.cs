using System.Text;
using SseGateway.Sharing.Log;
using Xunit;

namespace Gateway.Tests.Sharing.Log;

public sealed class EventNumberTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("7", 7)]
    [InlineData("10", 10)]
    [InlineData("999999999999999999", 999_999_999_999_999_999)]
    [InlineData("1000000000000000000", -1)]
    [InlineData("", -1)]
    [InlineData("07", -1)]
    [InlineData("00", -1)]
    [InlineData("-7", -1)]
    [InlineData("+7", -1)]
    [InlineData(" 7", -1)]
    [InlineData("7 ", -1)]
    [InlineData("7.0", -1)]
    [InlineData("7e1", -1)]
    [InlineData("a7", -1)]
    [InlineData("\u0667", -1)]
    public void A_number_is_digits_without_leading_zeros(string text, long number)
    {
        Assert.Equal(number >= 0, EventNumber.TryParse(Encoding.UTF8.GetBytes(text), out var parsed));
        Assert.Equal(number, parsed);
    }
}
