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
    [InlineData("1000000000000000000", null)]
    [InlineData("", null)]
    [InlineData("07", null)]
    [InlineData("00", null)]
    [InlineData("-7", null)]
    [InlineData("+7", null)]
    [InlineData(" 7", null)]
    [InlineData("7 ", null)]
    [InlineData("7.0", null)]
    [InlineData("7e1", null)]
    [InlineData("a7", null)]
    [InlineData("\u0667", null)]
    public void A_number_is_digits_without_leading_zeros(string text, long? number)
    {
        Assert.Equal(number is not null, EventNumber.TryParse(Encoding.UTF8.GetBytes(text), out var parsed));
        if (number is not null)
        {
            Assert.Equal(number, parsed);
        }
    }
}
